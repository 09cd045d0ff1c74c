#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <tuple>

#include "directive_state.hpp"

namespace igvm::check_detail {
namespace {

/// For one mask bit, the extent so far that reaches furthest.
struct Reach {
    std::uint64_t last = 0;
    std::uint64_t offset = 0;
    bool any = false;
};

void report_overlap(Context& context, const Extent& extent, const Reach& other) {
    const auto [earlier, later] = std::minmax(extent.offset, other.offset);
    context.report(Rule::kGpaOverlap, later, "GPA {:#x} is already filled by the header at offset {:#x}",
                   extent.gpa, earlier);
}

}  // namespace

void DirectiveState::add_extent(std::uint64_t gpa, std::uint64_t size, std::uint64_t offset,
                                std::uint32_t mask) {
    if (size == 0) return;
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - gpa;
    extents.push_back({gpa, gpa + std::min(size - 1, room), offset, mask});
}

void check_overlaps(DirectiveState& state) {
    const auto by_gpa = [](const Extent& a, const Extent& b) {
        return std::tie(a.gpa, a.offset) < std::tie(b.gpa, b.offset);
    };
    if (!std::ranges::is_sorted(state.extents, by_gpa)) std::ranges::sort(state.extents, by_gpa);
    std::array<Reach, 32> reached{};
    for (const Extent& extent : state.extents) {
        bool reported = false;
        for (std::uint32_t bits = extent.mask; bits != 0; bits &= bits - 1) {
            Reach& reach = reached[static_cast<std::size_t>(std::countr_zero(bits))];
            if (reach.any && extent.gpa <= reach.last && !reported) {
                report_overlap(state.context, extent, reach);
                reported = true;
            }
            if (!reach.any || extent.last > reach.last) reach = {extent.last, extent.offset, true};
        }
    }
}

}  // namespace igvm::check_detail
