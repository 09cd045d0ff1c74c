#include "generate/context.hpp"
#include "generate/put.hpp"

namespace igvm::spec::generate {
namespace {

void put_segment(std::span<std::uint8_t> vmsa, std::size_t offset, const x64::Segment& segment) {
    put(vmsa, offset, 2, segment.selector);
    put(vmsa, offset + 2, 2, x64::pack_attributes(segment.attributes));
    put(vmsa, offset + 4, 4, segment.limit);
    put(vmsa, offset + 8, 8, segment.base);
}

}  // namespace

std::vector<std::uint8_t> encode_vmsa(Registers registers, std::uint64_t sev_features) {
    std::vector<std::uint8_t> vmsa(x64::kVmsaSize);
    for (const auto& [info, value] : registers) {
        if (!info->vmsa.present()) continue;
        if (const auto* segment = std::get_if<x64::Segment>(&value)) {
            put_segment(vmsa, info->vmsa.offset, *segment);
        } else {
            put(vmsa, info->vmsa.offset, info->vmsa.width, std::get<std::uint64_t>(value));
        }
    }
    put(vmsa, x64::kVmsaSevFeaturesOffset, 8, sev_features);
    return vmsa;
}

}  // namespace igvm::spec::generate
