#include <map>

#include "generate/context.hpp"
#include "generate/put.hpp"

namespace igvm::spec::generate {
namespace {

/// HV_X64_SEGMENT_REGISTER: base, limit, selector, attributes.
void put_segment(std::span<std::uint8_t> bytes, const x64::Segment& segment) {
    put(bytes, 0, 8, segment.base);
    put(bytes, 8, 4, segment.limit);
    put(bytes, 12, 2, segment.selector);
    put(bytes, 14, 2, segment.attributes);
}

/// HV_X64_TABLE_REGISTER: three words of padding, limit, base.
void put_table(std::span<std::uint8_t> bytes, const x64::Segment& table) {
    put(bytes, 6, 2, table.limit);
    put(bytes, 8, 8, table.base);
}

x64::VbsRegister entry(const model::RegisterValue& reg, std::uint8_t vtl) {
    x64::VbsRegister wire{};
    wire.vtl = vtl;
    wire.name = reg.info->vbs;
    switch (reg.info->kind) {
        case x64::RegisterKind::kValue:
            put(wire.value, 0, 8, std::get<std::uint64_t>(reg.value));
            break;
        case x64::RegisterKind::kSegment:
            put_segment(wire.value, std::get<x64::Segment>(reg.value));
            break;
        case x64::RegisterKind::kTable:
            put_table(wire.value, std::get<x64::Segment>(reg.value));
            break;
    }
    return wire;
}

}  // namespace

std::vector<std::uint8_t> encode_vbs(Registers registers, std::uint8_t vtl) {
    std::map<const x64::RegisterInfo*, x64::VbsRegister> entries;
    for (const model::RegisterValue& reg : registers) {
        if (reg.info->vbs != 0) entries[reg.info] = entry(reg, vtl);
    }
    std::vector<std::uint8_t> context(vbs_size(entries.size()));
    put(context, 0, sizeof(U32), entries.size());
    std::size_t offset = sizeof(U32);
    for (const auto& [info, wire] : entries) {
        std::memcpy(context.data() + offset, &wire, sizeof wire);
        offset += sizeof wire;
    }
    return context;
}

}  // namespace igvm::spec::generate
