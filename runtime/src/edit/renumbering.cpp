#include "edit/renumbering.hpp"

#include <fmt/format.h>

#include <bit>

namespace igvm::edit {
namespace {

std::uint32_t take_area(std::uint32_t wanted, UsedNumbers& used) {
    if (used.areas.insert(wanted).second) return wanted;
    while (!used.areas.insert(used.lowest_free_area).second) ++used.lowest_free_area;
    return used.lowest_free_area;
}

}  // namespace

Result<Renumbering> Renumbering::assign(const Image& image, UsedNumbers& used) {
    Renumbering numbers;
    numbers.assign_masks(image, used);
    for (const Header& header : image) {
        if (!header.is(HeaderType::kParameterArea)) continue;
        if (auto assigned = numbers.assign_area(header, used); !assigned)
            return tl::unexpected(std::move(assigned.error()));
    }
    return numbers;
}

/// There are fewer platform types than mask bits and each is merged once, so that a bit is always free.
void Renumbering::assign_masks(const Image& image, UsedNumbers& used) {
    for (const SupportedPlatform& platform : image.platforms()) {
        const std::uint32_t old_mask = platform.compatibility_mask;
        const bool clashes = (used.masks & old_mask) != 0;
        const std::uint32_t new_mask = clashes ? ~used.masks & (used.masks + 1) : old_mask;
        used.masks |= new_mask;
        known_bits_ |= old_mask;
        new_bit_[static_cast<std::size_t>(std::countr_zero(old_mask))] = new_mask;
        identity_ = identity_ && !clashes;
    }
}

Result<void> Renumbering::assign_area(const Header& header, UsedNumbers& used) {
    const auto old_index = static_cast<std::uint32_t>(*header.value(FieldKind::kAreaIndex));
    const auto [entry, is_new] = new_area_.try_emplace(old_index);
    if (!is_new)
        return fail(Rule::kAreaIndex, header.offset_of(FieldKind::kAreaIndex),
                    fmt::format("parameter area {} is declared a second time", old_index));
    entry->second = take_area(old_index, used);
    identity_ = identity_ && entry->second == old_index;
    return {};
}

Result<std::uint32_t> Renumbering::mask(const Header& header) const {
    const auto old_mask = static_cast<std::uint32_t>(header.value(FieldKind::kMask).value_or(0));
    if ((old_mask & ~known_bits_) != 0)
        return fail(Rule::kMaskUnknown, header.offset_of(FieldKind::kMask),
                    fmt::format("mask {:#x} of {} has bits {:#x} that no platform has", old_mask,
                                header.info->name, old_mask & ~known_bits_));
    std::uint32_t new_mask = 0;
    for (std::uint32_t bits = old_mask; bits != 0; bits &= bits - 1)
        new_mask |= new_bit_[static_cast<std::size_t>(std::countr_zero(bits))];
    return new_mask;
}

Result<std::uint32_t> Renumbering::area(const Header& header) const {
    const auto old_index = header.value(FieldKind::kAreaIndex);
    if (!old_index) return 0;
    const auto found = new_area_.find(static_cast<std::uint32_t>(*old_index));
    if (found != new_area_.end()) return found->second;
    return fail(Rule::kAreaUndeclared, header.offset_of(FieldKind::kAreaIndex),
                fmt::format("parameter area {} of this {} is not declared", *old_index, header.info->name));
}

}  // namespace igvm::edit
