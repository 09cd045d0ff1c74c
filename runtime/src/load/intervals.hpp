// Sets of addresses as sorted, disjoint intervals.
#pragma once

#include <cstdint>
#include <vector>

namespace igvm::load {

/// Addresses in [begin, end); never empty inside an Intervals.
struct Interval {
    std::uint64_t begin;
    std::uint64_t end;

    friend bool operator==(const Interval&, const Interval&) = default;
};

/// Ascending, and no two touch.
using Intervals = std::vector<Interval>;

/// The union of `list`, which may be in any order and overlap.
Intervals unite(std::vector<Interval> list);

/// What is in `from` and not in `without`.
Intervals subtract(const Intervals& from, const Intervals& without);

/// The interval that holds all of [begin, end), or null.
const Interval* find_covering(const Intervals& set, std::uint64_t begin, std::uint64_t end);

}  // namespace igvm::load
