#include "extents.hpp"

#include <algorithm>
#include <tuple>

namespace igvm::check_detail {

void add_extent(Extents& extents, std::uint64_t gpa, std::uint64_t size, std::uint32_t header,
                std::uint32_t mask, ExtentKind kind) {
    if (size != 0) extents.push_back({gpa, gpa + std::min(size - 1, UINT64_MAX - gpa), header, mask, kind});
}

void sort_extents(Extents& extents) {
    const auto before = [](const Extent& a, const Extent& b) {
        return std::tie(a.gpa, a.kind, a.header) < std::tie(b.gpa, b.kind, b.header);
    };
    if (!std::ranges::is_sorted(extents, before)) std::ranges::sort(extents, before);
}

}  // namespace igvm::check_detail
