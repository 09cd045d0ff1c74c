// Memory that is only promised or reported: required_memory and error_range.
#include <fmt/format.h>

#include "sema/bodies.hpp"

namespace igvm::spec {

void bind_required_memory(Binding& binding, const BoundBlock& block, Items& items) {
    const auto body_on = [&](PlatformIndex platform) -> std::optional<model::RequiredMemory> {
        const auto range = binding.range(block, platform);
        const auto protectable = binding.boolean(block, "vtl2_protectable", platform, false);
        if (!range || !protectable) return std::nullopt;
        return model::RequiredMemory{range->begin, range->end - range->begin, *protectable};
    };
    const auto same = [](const model::RequiredMemory& a, const model::RequiredMemory& b) {
        return a.gpa == b.gpa && a.size == b.size && a.vtl2_protectable == b.vtl2_protectable;
    };
    fold<model::RequiredMemory>(binding, block, items, body_on, same);
}

void bind_error_range(Binding& binding, const BoundBlock& block, Items& items) {
    const auto body_on = [&](PlatformIndex platform) -> std::optional<model::ErrorRange> {
        const auto range = binding.range(block, platform);
        if (!range) return std::nullopt;
        const std::uint64_t size = range->end - range->begin;
        if (size > UINT32_MAX) {
            binding.error(
                Code::kSize, block.find("size", platform)->tree->value->span,
                fmt::format("an error range of {:#x} bytes does not fit in the 32 bits of the file", size),
                "make it smaller than 4G");
            return std::nullopt;
        }
        return model::ErrorRange{range->begin, size};
    };
    const auto same = [](const model::ErrorRange& a, const model::ErrorRange& b) {
        return a.gpa == b.gpa && a.size == b.size;
    };
    fold<model::ErrorRange>(binding, block, items, body_on, same);
}

}  // namespace igvm::spec
