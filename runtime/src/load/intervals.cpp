#include "load/intervals.hpp"

#include <algorithm>

namespace igvm::load {

Intervals unite(std::vector<Interval> list) {
    std::ranges::sort(list, {}, &Interval::begin);
    Intervals set;
    for (const Interval& next : list) {
        if (next.begin == next.end) continue;
        if (!set.empty() && next.begin <= set.back().end) {
            set.back().end = std::max(set.back().end, next.end);
        } else {
            set.push_back(next);
        }
    }
    return set;
}

Intervals subtract(const Intervals& from, const Intervals& without) {
    Intervals rest;
    auto hole = without.begin();
    for (Interval part : from) {
        while (hole != without.end() && hole->end <= part.begin) ++hole;
        for (auto next = hole; next != without.end() && next->begin < part.end; ++next) {
            if (part.begin < next->begin) rest.push_back({part.begin, next->begin});
            part.begin = std::min(next->end, part.end);
        }
        if (part.begin < part.end) rest.push_back(part);
    }
    return rest;
}

const Interval* find_covering(const Intervals& set, std::uint64_t begin, std::uint64_t end) {
    const auto after = std::ranges::upper_bound(set, begin, {}, &Interval::begin);
    if (after == set.begin()) return nullptr;
    const Interval& found = *std::prev(after);
    return end <= found.end ? &found : nullptr;
}

}  // namespace igvm::load
