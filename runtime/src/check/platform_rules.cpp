#include <array>
#include <bit>
#include <cstddef>

#include "context.hpp"

namespace igvm::check_detail {
namespace {

/// One SUPPORTED_PLATFORM header and what the earlier ones have taken.
struct Place {
    Context& context;
    const SupportedPlatform& platform;
    std::uint64_t body;  ///< file offset
    std::uint32_t taken_mask;
    bool type_taken;

    std::uint64_t at(std::size_t field) const { return body + field; }
};

void mask_bits(const Place& place) {
    const std::uint32_t mask = place.platform.compatibility_mask;
    if (!std::has_single_bit(mask))
        place.context.report(Rule::kPlatformMaskBits,
                             place.at(offsetof(SupportedPlatform, compatibility_mask)),
                             "mask {:#x} has {} bits", mask, std::popcount(mask));
}

void mask_shared(const Place& place) {
    const std::uint32_t mask = place.platform.compatibility_mask;
    if ((mask & place.taken_mask) != 0)
        place.context.report(Rule::kPlatformMaskShared,
                             place.at(offsetof(SupportedPlatform, compatibility_mask)),
                             "mask {:#x} has bits of an earlier platform", mask);
}

void known_type(const Place& place) {
    const std::uint8_t type = place.platform.platform_type;
    if (find_platform(type) == nullptr)
        place.context.report(Rule::kPlatformType, place.at(offsetof(SupportedPlatform, platform_type)),
                             "platform type {} is unknown", type);
}

void repeated(const Place& place) {
    if (place.type_taken)
        place.context.report(Rule::kPlatformRepeated, place.at(offsetof(SupportedPlatform, platform_type)),
                             "{} is declared a second time", platform_text(place.platform.platform_type));
}

void version(const Place& place) {
    const std::uint16_t version = place.platform.platform_version;
    if (version != 1)
        place.context.report(Rule::kPlatformVersion, place.at(offsetof(SupportedPlatform, platform_version)),
                             "the platform version is {}", version);
}

void highest_vtl(const Place& place) {
    const std::uint8_t vtl = place.platform.highest_vtl;
    if (vtl != 0 && vtl != 2)
        place.context.report(Rule::kPlatformVtl, place.at(offsetof(SupportedPlatform, highest_vtl)),
                             "the highest VTL is {}", vtl);
}

void boundary(const Place& place) {
    const auto type = static_cast<PlatformType>(std::uint8_t{place.platform.platform_type});
    const std::uint64_t boundary = place.platform.shared_gpa_boundary;
    if ((type == PlatformType::kNative || type == PlatformType::kVbs) && boundary != 0)
        place.context.report(Rule::kPlatformBoundary,
                             place.at(offsetof(SupportedPlatform, shared_gpa_boundary)),
                             "the shared GPA boundary is {:#x}", boundary);
}

void architecture(const Place& place) {
    const PlatformInfo* info = find_platform(std::uint8_t{place.platform.platform_type});
    if (info != nullptr && !info->runs_on(place.context.image().architecture()))
        place.context.report(Rule::kPlatformArchitecture,
                             place.at(offsetof(SupportedPlatform, platform_type)),
                             "{} does not fit architecture {}", info->title,
                             static_cast<std::uint32_t>(place.context.image().architecture()));
}

constexpr void (*kRules[])(const Place&) = {mask_bits, mask_shared, known_type, repeated,
                                            version,   highest_vtl, boundary,   architecture};

}  // namespace

void check_platform_rules(Context& context) {
    if (context.image().platforms().empty())
        context.report(Rule::kPlatformNone, context.image().headers_begin(),
                       "the file has no SUPPORTED_PLATFORM header");
    std::uint32_t taken_mask = 0;
    std::array<bool, 256> taken_types{};
    for (const Header header : context.image()) {
        const auto platform = header.as<SupportedPlatform>();
        if (!platform) continue;
        bool& type_taken = taken_types[platform->platform_type];
        const Place place{context, *platform, context.offset_of(header.body), taken_mask, type_taken};
        for (const auto rule : kRules) rule(place);
        taken_mask |= platform->compatibility_mask;
        type_taken = true;
    }
}

}  // namespace igvm::check_detail
