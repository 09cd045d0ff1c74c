#include "generate/context.hpp"
#include "generate/put.hpp"

namespace igvm::spec::generate {
namespace {

void put_segment(std::span<std::uint8_t> context, std::size_t offset, const x64::Segment& segment) {
    put(context, offset, 2, segment.selector);
    put(context, offset + 2, 2, segment.attributes);
    put(context, offset + 4, 4, segment.base);
    put(context, offset + 8, 4, segment.limit);
}

/// IDTR holds base then limit, GDTR limit then base; the base is the part on a multiple of 8.
void put_table(std::span<std::uint8_t> context, std::size_t offset, const x64::Segment& table) {
    const bool base_first = offset % 8 == 0;
    put(context, base_first ? offset : offset + 2, 8, table.base);
    put(context, base_first ? offset + 8 : offset, 2, table.limit);
}

}  // namespace

std::vector<std::uint8_t> encode_native(Registers registers) {
    std::vector<std::uint8_t> context(kPageSize);
    for (const auto& [info, value] : registers) {
        if (!info->native.present()) continue;
        const std::size_t offset = info->native.offset;
        switch (info->kind) {
            case x64::RegisterKind::kValue:
                put(context, offset, info->native.width, std::get<std::uint64_t>(value));
                break;
            case x64::RegisterKind::kSegment:
                put_segment(context, offset, std::get<x64::Segment>(value));
                break;
            case x64::RegisterKind::kTable:
                put_table(context, offset, std::get<x64::Segment>(value));
                break;
        }
    }
    return context;
}

}  // namespace igvm::spec::generate
