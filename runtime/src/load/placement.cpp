#include "load/placement.hpp"

#include <algorithm>

#include "igvm/loader.hpp"

namespace igvm::load {
namespace {

std::optional<std::uint64_t> round_up(std::uint64_t value, std::uint64_t multiple) {
    const std::uint64_t past = value % multiple;
    if (past == 0) return value;
    if (multiple - past > UINT64_MAX - value) return std::nullopt;
    return value + (multiple - past);
}

/// How far `part` must go up to lie in `free`; nothing when it fits nowhere above.
std::optional<std::uint64_t> climb(Interval part, const Intervals& free) {
    const std::uint64_t size = part.end - part.begin;
    auto next = std::ranges::upper_bound(free, part.begin, {}, &Interval::begin);
    if (next != free.begin()) --next;
    for (; next != free.end(); ++next) {
        const std::uint64_t begin = std::max(part.begin, next->begin);
        if (begin < next->end && next->end - begin >= size) return begin - part.begin;
    }
    return std::nullopt;
}

}  // namespace

Intervals Group::at(std::uint64_t base) const {
    const std::uint64_t delta = base - region.relocation_region_gpa;
    Intervals moved = parts;
    for (Interval& part : moved) part = {part.begin + delta, part.end + delta};
    return moved;
}

bool base_allowed(const Group& group, std::uint64_t base) {
    const RelocatableRegion& region = group.region;
    const std::uint64_t end = std::min<std::uint64_t>(region.maximum_relocation_gpa, kEndOfGuestMemory);
    const std::uint64_t below = region.relocation_region_gpa - group.parts.front().begin;
    return base % region.relocation_alignment == 0 && base >= region.minimum_relocation_gpa &&
           base >= below && base <= end && region.relocation_region_size <= end - base;
}

std::optional<std::uint64_t> lowest_base(const Group& group, const Intervals& free) {
    const RelocatableRegion& region = group.region;
    const std::uint64_t below = region.relocation_region_gpa - group.parts.front().begin;
    auto base =
        round_up(std::max<std::uint64_t>(region.minimum_relocation_gpa, below), region.relocation_alignment);
    while (base && base_allowed(group, *base)) {
        std::uint64_t most = 0;
        for (const Interval& part : group.at(*base)) {
            const auto up = climb(part, free);
            if (!up) return std::nullopt;
            most = std::max(most, *up);
        }
        if (most == 0) return base;
        base = round_up(*base + most, region.relocation_alignment);
    }
    return std::nullopt;
}

}  // namespace igvm::load
