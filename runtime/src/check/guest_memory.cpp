#include "guest_memory.hpp"

#include <algorithm>

namespace igvm::check_detail {

void RangeSet::add(std::uint64_t first, std::uint64_t last) {
    if (ranges_.empty() || (first > ranges_.back().last && first - ranges_.back().last > 1))
        ranges_.push_back({first, last});
    else
        ranges_.back().last = std::max(ranges_.back().last, last);
}

bool RangeSet::contains(std::uint64_t first, std::uint64_t last) const {
    const auto after = std::ranges::upper_bound(ranges_, first, {}, &Range::first);
    return after != ranges_.begin() && last <= std::prev(after)->last;
}

GuestMemory::GuestMemory(const Context& context, unsigned bit) : image_(context.image()) {
    for (const Extent& extent : context.extents()) {
        if ((extent.mask >> bit & 1) == 0) continue;
        present_.add(extent.gpa, extent.last);
        if (extent.kind == ExtentKind::kRequired)
            required_.add(extent.gpa, extent.last);
        else
            filled_.push_back(&extent);
    }
}

const Extent* GuestMemory::find(std::uint64_t gpa) const {
    const auto after =
        std::ranges::upper_bound(filled_, gpa, {}, [](const Extent* extent) { return extent->gpa; });
    if (after == filled_.begin()) return nullptr;
    const Extent* extent = *std::prev(after);
    return gpa <= extent->last ? extent : nullptr;
}

std::optional<Bytes> GuestMemory::page_bytes(std::uint64_t gpa) const {
    const Extent* extent = find(gpa);
    if (extent == nullptr || extent->kind != ExtentKind::kPage) return std::nullopt;
    const auto payload = image_.payload(image_.header(extent->header));
    if (!payload || payload->empty()) return Bytes{};
    const std::uint64_t start = gpa - extent->gpa;
    return payload->subspan(start, kPageSize - start % kPageSize);
}

}  // namespace igvm::check_detail
