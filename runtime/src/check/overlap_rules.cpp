#include <algorithm>
#include <array>
#include <bit>

#include "directive_state.hpp"
#include "guest_memory.hpp"

namespace igvm::check_detail {
namespace {

void report_overlap(Context& context, const Extent& extent, const Extent& other) {
    const auto offset = [&](std::uint32_t header) { return context.image().header(header).offset; };
    const auto [earlier, later] = std::minmax(extent.header, other.header);
    context.report(Rule::kGpaOverlap, offset(later),
                   "GPA {:#x} is already filled by the header at offset {:#x}", extent.gpa, offset(earlier));
}

/// True for what is outside the required memory that the platform declares.
bool is_stray(const Extent& extent, const GuestMemory& memory) {
    return (extent.kind == ExtentKind::kPage || extent.kind == ExtentKind::kArea) &&
           !memory.required().contains(extent.gpa, extent.last);
}

void stray_pages(Context& context, unsigned bit) {
    const GuestMemory memory(context, bit);
    if (memory.required().empty()) return;
    const auto stray = [&](const Extent* extent) { return is_stray(*extent, memory); };
    const auto first = std::ranges::find_if(memory.filled(), stray);
    if (first == memory.filled().end()) return;
    context.report(Rule::kPageOutsideRequiredMemory, context.image().header((*first)->header).offset,
                   "mask {:#x} has {} pages and areas outside its required memory, the first at GPA {:#x}",
                   std::uint32_t{1} << bit, std::ranges::count_if(memory.filled(), stray), (*first)->gpa);
}

}  // namespace

void check_overlaps(Context& context) {
    std::array<const Extent*, 32> furthest{};  // for one mask bit, the extent so far that reaches furthest
    for (const Extent& extent : context.extents()) {
        if (extent.kind == ExtentKind::kRequired) continue;
        const Extent* met = nullptr;
        for (std::uint32_t bits = extent.mask; bits != 0; bits &= bits - 1) {
            const Extent*& reach = furthest[static_cast<std::size_t>(std::countr_zero(bits))];
            if (met == nullptr && reach != nullptr && extent.gpa <= reach->last) met = reach;
            const bool reaches_further = reach == nullptr || extent.last > reach->last;
            if (extent.kind != ExtentKind::kContext && reaches_further) reach = &extent;
        }
        if (met != nullptr) report_overlap(context, extent, *met);
    }
}

void check_required_memory(Context& context) {
    std::uint32_t declared = 0;
    for (const Extent& extent : context.extents())
        if (extent.kind == ExtentKind::kRequired) declared |= extent.mask;
    for (std::uint32_t bits = declared & context.known_mask(); bits != 0; bits &= bits - 1)
        stray_pages(context, static_cast<unsigned>(std::countr_zero(bits)));
}

}  // namespace igvm::check_detail
