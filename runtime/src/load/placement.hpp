// The search for a place of one relocatable region.
#pragma once

#include <optional>
#include <vector>

#include "igvm/format.hpp"
#include "load/intervals.hpp"

namespace igvm::load {

/// The memory that moves with one relocatable region.
struct Group {
    RelocatableRegion region;
    std::uint32_t header_index;
    Intervals parts;  ///< the region, the page table region if it goes along, and the memory they require

    /// `parts` when the region's base is `base`.
    Intervals at(std::uint64_t base) const;
};

/// A base obeys the region's limits and keeps every part inside the address space.
bool base_allowed(const Group& group, std::uint64_t base);

/// The lowest base that is allowed and puts all parts into `free`.
std::optional<std::uint64_t> lowest_base(const Group& group, const Intervals& free);

}  // namespace igvm::load
