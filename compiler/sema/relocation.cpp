// What the loader may move: relocatable and page_table_region.
#include <fmt/format.h>

#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

constexpr std::uint64_t kHighestVtl = 2;
constexpr std::uint8_t kIsVtl2 = 1;

/// The addresses that a relocatable region may get, and the steps between them.
struct Destination {
    std::uint64_t alignment;
    AddressRange range;
};

std::optional<Destination> destination(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                                       std::uint64_t base) {
    const auto alignment = binding.integer(block, "align", platform, kLargePageSize, kAddressLimit);
    const auto range = binding.address_pair(block, "range", platform);
    if (!alignment || !range) return std::nullopt;
    const Span place = block.find("range", platform)->tree->value->span;
    if (*alignment == 0 || *alignment % kPageSize != 0) {
        binding.error(Code::kAlignment, block.find("align", platform)->tree->value->span,
                      fmt::format("alignment {} is not a multiple of 4K",
                                  binding.shown(block, "align", platform, *alignment)));
        return std::nullopt;
    }
    for (const std::uint64_t address : {base, range->begin, range->end}) {
        if (address % *alignment == 0) continue;
        const Span at = address == base ? block.find("at", platform)->tree->value->span : place;
        binding.error(Code::kAlignment, at,
                      fmt::format("address {:#x} of {} is not a multiple of its alignment {:#x}", address,
                                  block.title(), *alignment));
        return std::nullopt;
    }
    if (range->begin > base || base > range->end) {
        binding.error(Code::kAddressRange, place,
                      fmt::format("{} is at {:#x}, outside {:#x} to {:#x}", block.title(), base, range->begin,
                                  range->end),
                      "the loader may leave the region where it is: widen the range");
        return std::nullopt;
    }
    return Destination{*alignment, *range};
}

std::optional<model::Relocatable> relocatable_on(Binding& binding, const BoundBlock& block,
                                                 PlatformIndex platform) {
    const auto range = binding.range(block, platform);
    const auto vp = bind_vp(binding, block, platform);
    const auto vtl2 = binding.boolean(block, "vtl2", platform, false);
    const auto adjusted = binding.words(block, "adjust", platform);
    if (!range || !vp || !vtl2 || !adjusted || block.find("range", platform) == nullptr) return std::nullopt;
    const auto to = destination(binding, block, platform, range->begin);
    if (!to) return std::nullopt;
    return model::Relocatable{range->begin,  range->end - range->begin,
                              to->alignment, to->range.begin,
                              to->range.end, vp->index,
                              vp->vtl,       static_cast<std::uint8_t>((*vtl2 ? kIsVtl2 : 0) | *adjusted)};
}

std::optional<model::PageTableRegion> page_tables_on(Binding& binding, const BoundBlock& block,
                                                     PlatformIndex platform) {
    const auto range = binding.range(block, platform);
    const auto used = binding.integer(block, "used", platform, 0);
    const auto vp = bind_vp(binding, block, platform);
    const BoundAttribute* given = block.find("used", platform);
    if (!range || !used || !vp || given == nullptr) return std::nullopt;
    const std::uint64_t size = range->end - range->begin;
    if (*used > size || *used % kPageSize != 0) {
        binding.error(Code::kSize, given->tree->value->span,
                      fmt::format("{:#x} used bytes are not whole pages of a region of {:#x}", *used, size));
        return std::nullopt;
    }
    return model::PageTableRegion{range->begin, size, *used, vp->index, vp->vtl};
}

}  // namespace

std::optional<VirtualProcessor> bind_vp(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const auto index = binding.integer(block, "vp", platform, 0, UINT16_MAX);
    const auto vtl = binding.integer(block, "vtl", platform, 0, kHighestVtl);
    const auto highest = binding.integer(*binding.platforms[platform].block, "highest_vtl", platform, 0);
    if (!index || !vtl || !highest) return std::nullopt;
    if (*vtl > *highest) {
        const std::string_view name = binding.platform_name(platform);
        binding.error(Code::kOutOfRange, block.find("vtl", platform)->tree->value->span,
                      fmt::format("vtl {} is above the highest_vtl of {}, which is {}", *vtl, name, *highest),
                      fmt::format("write 'platform {} {{ highest_vtl = 2; }}'", name));
        return std::nullopt;
    }
    return VirtualProcessor{static_cast<std::uint16_t>(*index), static_cast<std::uint8_t>(*vtl)};
}

void bind_relocatable(Binding& binding, const BoundBlock& block, Items& items) {
    const auto body_on = [&](PlatformIndex platform) { return relocatable_on(binding, block, platform); };
    fold<model::Relocatable>(binding, block, items, body_on, std::equal_to<>());
}

void bind_page_table_region(Binding& binding, const BoundBlock& block, Items& items) {
    const auto body_on = [&](PlatformIndex platform) { return page_tables_on(binding, block, platform); };
    fold<model::PageTableRegion>(binding, block, items, body_on, std::equal_to<>());
}

}  // namespace igvm::spec
