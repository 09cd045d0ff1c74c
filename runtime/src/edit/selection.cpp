#include "edit/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace igvm::edit {
namespace {

PlatformType type_of(const SupportedPlatform& platform) {
    return PlatformType{std::uint8_t{platform.platform_type}};
}

std::uint32_t mask_of(const Header& header) {
    return static_cast<std::uint32_t>(header.value(FieldKind::kMask).value_or(0));
}

bool is_area_part(const Header& header) {
    return header.is(HeaderType::kParameterArea) || header.parameter().has_value();
}

}  // namespace

Result<Selection> Selection::of(const Image& image, std::span<const PlatformType> platforms) {
    for (const PlatformType wanted : platforms)
        if (std::ranges::none_of(image.platforms(), [&](const auto& one) { return type_of(one) == wanted; }))
            return fail(Rule::kPlatformAbsent, image.headers_begin(),
                        fmt::format("the file has no platform {}",
                                    find_platform(static_cast<std::uint8_t>(wanted))->name));
    return Selection(image, platforms);
}

Selection::Selection(const Image& image, std::span<const PlatformType> platforms) : platforms_(platforms) {
    std::uint32_t kept = 0;
    for (const SupportedPlatform& one : image.platforms())
        (wanted(one) ? kept : removed_) |= one.compatibility_mask;
    removed_ &= ~kept;
    for (const Header& header : image)
        if (const auto insert = header.as<ParameterInsert>()) {
            bool& stays = area_stays_.try_emplace(insert->parameter_area_index, false).first->second;
            stays = stays || !loses_all(header);
        }
}

std::uint32_t Selection::mask(const Header& header) const { return mask_of(header) & ~removed_; }

bool Selection::keeps(const Header& header) const {
    if (const auto platform = header.as<SupportedPlatform>(); platform && !wanted(*platform)) return false;
    if (is_area_part(header)) return keeps_area(header);
    return !loses_all(header);
}

bool Selection::wanted(const SupportedPlatform& platform) const {
    return std::ranges::find(platforms_, type_of(platform)) != platforms_.end();
}

bool Selection::loses_all(const Header& header) const {
    return (mask_of(header) & removed_) != 0 && mask(header) == 0;
}

bool Selection::keeps_area(const Header& header) const {
    const auto area = area_stays_.find(static_cast<std::uint32_t>(*header.value(FieldKind::kAreaIndex)));
    return area == area_stays_.end() || area->second;
}

}  // namespace igvm::edit
