#include <fmt/format.h>

#include <map>

#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

struct Taken {
    AddressRange range;
    const BoundBlock* block = nullptr;
    std::size_t order = 0;  ///< in the source
};

/// Two blocks that share addresses, and where.
struct Overlap {
    Taken later;
    Taken earlier;
    PlatformSet platforms = 0;
};

const BoundBlock* area_of(const Binding& binding, const BoundBlock& insert) {
    const Name* name = insert.tree->name ? &*insert.tree->name : nullptr;
    const BoundBlock* area = name != nullptr ? binding.visible(name->text, name->span) : nullptr;
    return area != nullptr && area->row->kind == "parameters" ? area : nullptr;
}

/// The page that holds the registers of a context, where the platform keeps them in guest memory.
std::optional<AddressRange> save_area(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    if (!has_save_area(binding.platforms[platform].type) || block.find("at", platform) == nullptr) {
        return std::nullopt;
    }
    const auto begin = binding.address(block, platform);
    return begin ? std::optional(AddressRange{*begin, *begin + kPageSize}) : std::nullopt;
}

/// KVM takes the contexts of all virtual processors at one address.
bool may_share(const Taken& a, const Taken& b) {
    return a.block->row->kind == "vp_context" && b.block->row->kind == "vp_context";
}

/// The memory that the loader fills for the block; nothing for those that only describe memory.
std::optional<AddressRange> filled_range(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const std::string_view kind = block.row->kind;
    if (kind == "region" || kind == "alias" || kind == "error_range") return binding.range(block, platform);
    if (kind == "parameters" && binding.keyword(block, "insert", platform, 0) == 0) {
        return binding.range(block, platform);
    }
    if (kind == "vp_context") return save_area(binding, block, platform);
    const BoundBlock* area = kind == "insert" ? area_of(binding, block) : nullptr;
    if (area == nullptr || !contains(area->platforms, platform)) return std::nullopt;
    const auto begin = binding.address(block, platform);
    const auto size = binding.size(*area, platform);
    return begin && size ? std::optional(AddressRange{*begin, *begin + *size}) : std::nullopt;
}

std::vector<Taken> taken_on(Binding& binding, PlatformIndex platform) {
    std::vector<Taken> taken;
    for (std::size_t i = 0; i < binding.items.size(); ++i) {
        const BoundBlock& block = *binding.items[i];
        if (!contains(block.platforms, platform)) continue;
        if (const auto range = filled_range(binding, block, platform)) taken.push_back({*range, &block, i});
    }
    std::ranges::stable_sort(taken, {}, [](const Taken& each) { return each.range.begin; });
    return taken;
}

std::string text_of(AddressRange range) { return fmt::format("{:#x}..{:#x}", range.begin, range.end); }

void report(const Overlap& overlap, Binding& binding) {
    const Name* name = overlap.earlier.block->tree->name ? &*overlap.earlier.block->tree->name : nullptr;
    const bool has_end = name != nullptr && schema::find_attribute(*overlap.earlier.block->row, "size");
    const std::string other =
        name != nullptr ? fmt::format("'{}'", name->text) : overlap.earlier.block->title();
    binding.diagnostics.report(
        {Code::kOverlap,
         overlap.later.block->place(),
         fmt::format("{} overlaps {} on {}", overlap.later.block->title(), other,
                     binding.platform_list(overlap.platforms)),
         text_of(overlap.later.range),
         {{overlap.earlier.block->place(),
           fmt::format("{} covers {}", other, text_of(overlap.earlier.range))}},
         has_end ? fmt::format("place it after that one: at = {}.end", name->text) : std::string()});
}

}  // namespace

void check_overlaps(Binding& binding) {
    std::map<std::pair<std::size_t, std::size_t>, Overlap> overlaps;
    for (PlatformIndex platform : binding.each(binding.kept)) {
        const std::vector<Taken> taken = taken_on(binding, platform);
        const Taken* furthest = nullptr;
        for (const Taken& each : taken) {
            if (furthest != nullptr && each.range.begin < furthest->range.end && !may_share(each, *furthest)) {
                const bool after = each.order > furthest->order;
                const Taken& later = after ? each : *furthest;
                const Taken& earlier = after ? *furthest : each;
                const auto found =
                    overlaps.try_emplace({later.order, earlier.order}, Overlap{later, earlier, 0}).first;
                found->second.platforms |= set_of(platform);
            }
            if (furthest == nullptr || each.range.end > furthest->range.end) furthest = &each;
        }
    }
    for (const auto& [orders, overlap] : overlaps) report(overlap, binding);
}

}  // namespace igvm::spec
