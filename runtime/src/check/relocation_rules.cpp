#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "context.hpp"

namespace igvm::check_detail {
namespace {

/// A relocatable region or a page table region.
struct Region {
    std::uint64_t gpa;
    std::uint64_t last;
    std::uint64_t offset;  ///< file offset of the header
    std::uint32_t mask;
    bool page_tables;
};

/// The last byte of a range that may reach the end of the address space, or leave it.
std::uint64_t last_of(std::uint64_t gpa, std::uint64_t size) {
    return gpa + std::min(size == 0 ? 0 : size - 1, UINT64_MAX - gpa);
}

/// True when a range has no bytes, is not made of whole pages or leaves the address space.
bool is_bad_range(std::uint64_t gpa, std::uint64_t size) {
    return size == 0 || size % kPageSize != 0 || gpa % kPageSize != 0 || size - 1 > UINT64_MAX - gpa;
}

void region_addresses(Context& context, const Header& header, const RelocatableRegion& region) {
    const std::uint64_t body = context.offset_of(header.body);
    const std::uint64_t alignment = region.relocation_alignment;
    if (alignment == 0 || alignment % kPageSize != 0)
        context.report(Rule::kRelocationAlignment, body + offsetof(RelocatableRegion, relocation_alignment),
                       "the relocation alignment is {:#x}", alignment);
    const std::uint64_t base = region.relocation_region_gpa;
    const std::uint64_t size = region.relocation_region_size;
    const std::uint64_t low = region.minimum_relocation_gpa;
    const std::uint64_t high = region.maximum_relocation_gpa;
    const auto is_askew = [&](std::uint64_t gpa) { return alignment != 0 && gpa % alignment != 0; };
    if (is_bad_range(base, size) || is_askew(base) || is_askew(low) || is_askew(high))
        context.report(Rule::kRelocationAddress, header.offset_of(FieldKind::kGpa),
                       "{:#x} bytes at {:#x}, to be moved to {:#x} to {:#x} in steps of {:#x}", size, base,
                       low, high, alignment);
    if (low > base || base > high)
        context.report(Rule::kRelocationBounds, header.offset_of(FieldKind::kGpa),
                       "the base {:#x} is not between the minimum {:#x} and the maximum {:#x}", base, low,
                       high);
}

void page_table_size(Context& context, const Header& header, const PageTableRelocation& tables) {
    const std::uint64_t gpa = tables.gpa;
    const std::uint64_t size = tables.size;
    const std::uint64_t used = tables.used_size;
    if (is_bad_range(gpa, size) || used % kPageSize != 0 || used > size)
        context.report(Rule::kPageTableRegionSize, header.offset_of(FieldKind::kGpa),
                       "{:#x} bytes at {:#x}, of which {:#x} are used", size, gpa, used);
}

void overlaps(Context& context, std::vector<Region> regions) {
    std::ranges::stable_sort(regions, {}, &Region::gpa);
    std::array<const Region*, 32> furthest{};
    for (const Region& region : regions) {
        const Region* met = nullptr;
        for (std::uint32_t bits = region.mask; bits != 0; bits &= bits - 1) {
            const Region*& reach = furthest[static_cast<std::size_t>(std::countr_zero(bits))];
            if (reach != nullptr && region.gpa <= reach->last) met = reach;
            if (reach == nullptr || region.last > reach->last) reach = &region;
        }
        if (met != nullptr)
            context.report(Rule::kRelocationOverlap, std::max(region.offset, met->offset),
                           "the region from {:#x} on meets that of {:#x} to {:#x} at offset {:#x}",
                           region.gpa, met->gpa, met->last, std::min(region.offset, met->offset));
    }
}

void boundary(Context& context, const Region& tables, const std::vector<Region>& regions) {
    if (tables.gpa % kLargePageSize != 0) return;
    const std::uint64_t end = last_of(tables.gpa, kLargePageSize);
    std::uint32_t moved = 0;
    std::uint32_t shared = 0;
    for (const Region& region : regions) {
        if (region.page_tables) continue;
        moved |= region.mask & tables.mask;
        if (region.gpa <= end && region.last >= tables.gpa) shared |= region.mask & tables.mask;
    }
    if ((moved & ~shared) != 0)
        context.report(Rule::kPageTableRegionBoundary, tables.offset,
                       "the page tables begin at {:#x}, in a 2 MiB page without a part of the relocatable "
                       "region",
                       tables.gpa);
}

/// The masks of the contexts that the file has for a (VP index, VTL).
using Contexts = std::map<std::pair<std::uint16_t, std::uint8_t>, std::uint32_t>;

Contexts contexts_of(const Context& context) {
    Contexts found;
    for (const Header header : context.image())
        if (const auto vp = header.as<VpContext>())
            found[{vp->vp_index, context.vtl_of(header)}] |= vp->compatibility_mask;
    return found;
}

class Relocations {
  public:
    explicit Relocations(Context& context) : context_(context) {}

    void add(const Header& header) {
        if (const auto region = header.as<RelocatableRegion>()) {
            region_addresses(context_, header, *region);
            remember(header, region->relocation_region_gpa, region->relocation_region_size, false);
            users_.push_back({region->compatibility_mask, region->vp_index, region->vtl, header.offset});
        }
        if (const auto tables = header.as<PageTableRelocation>()) {
            page_table_size(context_, header, *tables);
            const bool first = is_first(header, tables->compatibility_mask);
            remember(header, tables->gpa, tables->size, true);
            if (first) page_tables_.push_back(regions_.back());
            users_.push_back({tables->compatibility_mask, tables->vp_index, tables->vtl, header.offset});
        }
    }

    void finish() {
        if (users_.empty()) return;
        overlaps(context_, regions_);
        for (const Region& tables : page_tables_) boundary(context_, tables, regions_);
        const Contexts contexts = contexts_of(context_);
        for (const User& user : users_) has_context(user, contexts);
    }

  private:
    /// What a relocation header says about the registers that move with it.
    struct User {
        std::uint32_t mask;
        std::uint16_t vp_index;
        std::uint8_t vtl;
        std::uint64_t offset;
    };

    void remember(const Header& header, std::uint64_t gpa, std::uint64_t size, bool page_tables) {
        const auto mask = static_cast<std::uint32_t>(*header.value(FieldKind::kMask));
        regions_.push_back({gpa, last_of(gpa, size), header.offset, mask, page_tables});
    }

    bool is_first(const Header& header, std::uint32_t mask) {
        const std::uint32_t again = mask & page_table_mask_;
        page_table_mask_ |= mask;
        if (again != 0)
            context_.report(Rule::kPageTableRegionRepeated, header.offset_of(FieldKind::kMask),
                            "the platforms of mask {:#x} have an earlier page table region", again);
        return again == 0 && mask != 0;
    }

    void has_context(const User& user, const Contexts& contexts) {
        // TDX has no contexts, so no register of it could move.
        const std::uint32_t wanted =
            user.mask & context_.known_mask() & ~context_.mask_of(PlatformType::kTdx);
        const auto found = contexts.find({user.vp_index, user.vtl});
        const std::uint32_t missing = wanted & ~(found == contexts.end() ? 0 : found->second);
        if (missing != 0)
            context_.report(Rule::kRelocationContext, user.offset,
                            "the platforms of mask {:#x} have no context of VP {} and VTL {}", missing,
                            user.vp_index, user.vtl);
    }

    Context& context_;
    std::vector<Region> regions_;
    std::vector<Region> page_tables_;  ///< the first of each platform
    std::vector<User> users_;
    std::uint32_t page_table_mask_ = 0;
};

}  // namespace

void check_relocations(Context& context) {
    Relocations relocations(context);
    for (const Header header : context.image()) relocations.add(header);
    relocations.finish();
}

}  // namespace igvm::check_detail
