#include "ir/fill.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <utility>

#include "igvm/describe.hpp"
#include "ir/pages.hpp"

namespace igvm::spec::ir {
namespace {

/// [begin, end) ranges without overlap, ascending.
using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

/// Addresses that are taken; ranges that touch are one.
class Covered {
  public:
    void add(std::uint64_t begin, std::uint64_t end) {
        auto next = ranges_.upper_bound(begin);
        if (next != ranges_.begin() && std::prev(next)->second >= begin) {
            --next;
            begin = next->first;
        }
        while (next != ranges_.end() && next->first <= end) {
            end = std::max(end, next->second);
            next = ranges_.erase(next);
        }
        ranges_.emplace_hint(next, begin, end);
    }

    Ranges gaps(std::uint64_t begin, std::uint64_t end) const {
        Ranges gaps;
        auto next = ranges_.upper_bound(begin);
        if (next != ranges_.begin()) begin = std::max(begin, std::prev(next)->second);
        for (; begin < end; ++next) {
            const std::uint64_t stop = next == ranges_.end() ? end : std::min(end, next->first);
            if (begin < stop) gaps.emplace_back(begin, stop);
            if (next == ranges_.end()) break;
            begin = next->second;
        }
        return gaps;
    }

  private:
    std::map<std::uint64_t, std::uint64_t> ranges_;
};

template <class F>
void for_each_bit(std::uint32_t mask, F visit) {
    for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

/// What the directives cover, by bit of the compatibility mask.
class Coverage {
  public:
    explicit Coverage(const model::Image& image) {
        for (const model::Platform& platform : image.platforms)
            if (platform_info(platform.type).context == ContextFormat::kVmsa) save_areas_ |= platform.mask;
    }

    void add(const Directive& directive) {
        if (const auto page = as<PageData>(directive))
            add(page->compatibility_mask, page->gpa,
                (page->flags & kPageFlag2Mb) != 0 ? kLargePageSize : kPageSize);
        if (const auto area = as<ParameterArea>(directive))
            areas_[area->parameter_area_index] = area->number_of_bytes;
        if (const auto insert = as<ParameterInsert>(directive))
            add(insert->compatibility_mask, insert->gpa, areas_[insert->parameter_area_index]);
        if (const auto range = as<ErrorRange>(directive))
            add(range->compatibility_mask, range->gpa, range->size_bytes);
        if (const auto context = as<VpContext>(directive))
            add(context->compatibility_mask & save_areas_, context->gpa, kPageSize);
    }

    void add(std::uint32_t mask, std::uint64_t gpa, std::uint64_t size) {
        const std::uint64_t end = gpa + std::min(size, UINT64_MAX - gpa);
        for_each_bit(mask, [&](std::size_t bit) { covered_[bit].add(gpa, end); });
    }

    Ranges gaps(std::size_t bit, const model::Fill& fill) const {
        return covered_[bit].gaps(fill.gpa, fill.gpa + fill.size);
    }

  private:
    template <Wire T>
    static std::optional<T> as(const Directive& directive) {
        return directive.type == T::kType ? read<T>(directive.body, 0) : std::nullopt;
    }

    std::uint32_t save_areas_ = 0;
    std::map<std::uint32_t, std::uint64_t> areas_;
    std::array<Covered, 32> covered_;
};

void lower_fill(const model::Fill& fill, std::uint32_t mask, std::uint32_t item, Coverage& coverage,
                Program& program) {
    std::map<Ranges, std::uint32_t> masks;
    for_each_bit(mask, [&](std::size_t bit) { masks[coverage.gaps(bit, fill)] |= 1u << bit; });
    for (const auto& [ranges, platforms] : masks) {
        for (const auto& [begin, end] : ranges) {
            const model::Region region{.gpa = begin,
                                       .size = end - begin,
                                       .data = {},
                                       .measured = fill.measured,
                                       .shared = fill.shared,
                                       .store_rest = fill.store_zeros};
            lower_region(region, platforms, item, program);
            coverage.add(platforms, begin, end - begin);
        }
    }
}

}  // namespace

void lower_fills(const model::Image& image, Program& program) {
    const auto is_fill = [](const model::Item& item) {
        return std::holds_alternative<model::Fill>(item.body);
    };
    if (std::ranges::none_of(image.items, is_fill)) return;
    Coverage coverage(image);
    for (const Directive& directive : program.directives) coverage.add(directive);
    for (std::uint32_t index = 0; index < image.items.size(); ++index) {
        const model::Item& item = image.items[index];
        if (is_fill(item)) lower_fill(std::get<model::Fill>(item.body), item.mask, index, coverage, program);
    }
}

}  // namespace igvm::spec::ir
