#include "ir/pages.hpp"

#include <algorithm>

namespace igvm::spec::ir {
namespace {

bool is_zero(Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

Bytes page_payload(const model::Region& region, std::uint64_t offset, Program& program) {
    const Bytes data = region.data.bytes;
    const std::uint64_t present = offset < data.size() ? std::min(region.page_size, data.size() - offset) : 0;
    const Bytes bytes = *slice(data, std::min<std::uint64_t>(offset, data.size()), present);
    if (present == 0) return region.store_rest ? program.zeros(region.page_size) : Bytes();
    if (!region.store_zeros && is_zero(bytes)) return {};
    return present == region.page_size ? bytes : program.filled(bytes, region.page_size);
}

std::uint32_t page_flags(const model::Region& region) {
    return (region.page_size == kLargePageSize ? kPageFlag2Mb : 0) |
           (region.measured ? 0 : kPageFlagUnmeasured) | (region.shared ? kPageFlagShared : 0);
}

}  // namespace

void lower_region(const model::Region& region, std::uint32_t mask, std::uint32_t item, Program& program) {
    PageData header{};
    header.compatibility_mask = mask;
    header.flags = page_flags(region);
    header.data_type = static_cast<std::uint16_t>(region.type);
    for (std::uint64_t offset = 0; offset < region.size; offset += region.page_size) {
        header.gpa = region.gpa + offset;
        program.append(header, page_payload(region, offset, program), item);
    }
}

}  // namespace igvm::spec::ir
