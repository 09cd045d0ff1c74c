#include "ir/order.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "igvm/describe.hpp"

namespace igvm::spec::ir {
namespace {

using Iterator = std::vector<Directive>::iterator;

/// What belongs to no item comes first in its section: item + 1 wraps to 0.
std::pair<Section, std::uint32_t> place(const Directive& directive) {
    return {*section_of(static_cast<std::uint32_t>(directive.type)), directive.item + 1};
}

bool is_placed(const Directive& directive) {
    return directive.type == HeaderType::kPageData || directive.type == HeaderType::kVpContext;
}

std::uint64_t gpa(const Directive& directive) {
    static_assert(offsetof(PageData, gpa) == 0 && offsetof(VpContext, gpa) == 0);
    return *read<U64>(directive.body, 0);
}

void sort_by_address(Iterator first, Iterator last) {
    const Iterator placed = std::stable_partition(first, last, std::not_fn(is_placed));
    std::ranges::stable_sort(placed, last, {}, gpa);
}

}  // namespace

void put_in_order(const model::Image& image, std::vector<Directive>& directives) {
    if (!std::ranges::is_sorted(directives, {}, place)) std::ranges::stable_sort(directives, {}, place);
    const auto sorted_with = [&](const Directive& directive) {
        return directive.item == kNoItem ? 0 : image.items[directive.item].sorted_with;
    };
    for (Iterator first = directives.begin(); first != directives.end();) {
        const std::uint32_t number = sorted_with(*first);
        const Iterator last = std::find_if(
            first, directives.end(), [&](const Directive& each) { return sorted_with(each) != number; });
        if (number != 0) sort_by_address(first, last);
        first = last;
    }
}

}  // namespace igvm::spec::ir
