#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "launch/rules.hpp"

namespace igvm {
namespace {

using enum LaunchProfile;
using enum PlatformType;

struct ProfileName {
    LaunchProfile profile;
    std::string_view name;
};

/// The first name of a profile is the one that is printed.
constexpr std::array kNames = {
    ProfileName{kSpec, "spec"},
    ProfileName{kNativeZero, "native-zero"},
    ProfileName{kIgvmmeasure, "igvmmeasure"},
    ProfileName{kOpenvmmKvm, "openvmm-kvm"},
    ProfileName{kCloudHypervisorKvm, "cloud-hypervisor-kvm"},
    ProfileName{kCloudHypervisorMshv, "cloud-hypervisor-mshv"},
    ProfileName{kQemuKvm, "qemu-kvm"},
    ProfileName{kTwoPass, "two-pass"},
    ProfileName{kTdShim, "td-shim"},
    ProfileName{kRmm1, "rmm-1.0"},
    ProfileName{kTfRmm2026, "tf-rmm-2026"},
    ProfileName{kSpec, "per-page"},
    ProfileName{kSpec, "rmm-2.0"},
};

constexpr std::array kProfiles = {
    kSpec,    kNativeZero, kIgvmmeasure, kOpenvmmKvm, kCloudHypervisorKvm, kCloudHypervisorMshv,
    kQemuKvm, kTwoPass,    kTdShim,      kRmm1,       kTfRmm2026};

struct RulesRow {
    PlatformType platform;
    LaunchProfile profile;
    LaunchRules rules;
};

constexpr auto kFirst = InsertPages::kFirst;
constexpr auto kAnyMask = VmsaPlacement::kInPlaceAnyMask;
constexpr auto kPerVcpu = VmsaPlacement::kOnePerVcpu;
constexpr auto kZeroType = PagesWithoutData::kZeroType;
constexpr auto kNotHashed = PagesWithoutData::kNotHashed;
constexpr auto kSorted = LaunchOrder::kAscendingGpa;
constexpr auto kDeferred = LaunchOrder::kDeferredRuns;

/// igvmmeasure of Coconut SVSM hashes what has data, and every VMSA in place.
constexpr LaunchRules kSevIgvmmeasure = {
    .vmsas = kAnyMask, .without_data = kNotHashed, .shared_pages = true, .all_data = true};

// clang-format off
const std::array kRules = {
    RulesRow{kNative, kSpec, {}},
    RulesRow{kVbs, kSpec, {}},
    RulesRow{kSnp, kSpec, {}},
    RulesRow{kSnp, kNativeZero, {.inserts = kFirst, .vmsas = kAnyMask, .without_data = kZeroType, .shared_pages = true}},
    RulesRow{kSnp, kIgvmmeasure, {.inserts = kFirst, .vmsas = kAnyMask, .shared_pages = true}},
    RulesRow{kSnp, kOpenvmmKvm, {.vmsas = kPerVcpu}},
    RulesRow{kSnp, kCloudHypervisorKvm, {.vmsas = kPerVcpu, .without_data = kZeroType, .shared_pages = true}},
    RulesRow{kSnp, kCloudHypervisorMshv, {.order = kSorted, .inserts = kFirst, .shared_pages = true}},
    RulesRow{kSnp, kQemuKvm, {.order = kDeferred, .vmsas = kPerVcpu, .shared_pages = true}},
    RulesRow{kTdx, kSpec, {}},
    RulesRow{kTdx, kTwoPass, {.adds_first = true}},
    RulesRow{kTdx, kTdShim, {.inserts = InsertPages::kNone, .without_data = kNotHashed, .pages_of_any_mask = true}},
    RulesRow{kSev, kSpec, {}},
    RulesRow{kSev, kIgvmmeasure, kSevIgvmmeasure},
    RulesRow{kSevEs, kSpec, {}},
    RulesRow{kSevEs, kIgvmmeasure, kSevIgvmmeasure},
    RulesRow{kCca, kSpec, {}},
    RulesRow{kCca, kRmm1, {.realm_creation = true, .ripas = true}},
    RulesRow{kCca, kTfRmm2026, {.realm_creation = true}},
};
// clang-format on

}  // namespace

std::string_view name(LaunchProfile profile) {
    return std::ranges::find(kNames, profile, &ProfileName::profile)->name;
}

std::optional<LaunchProfile> find_profile(std::string_view name) {
    const auto* const row = std::ranges::find(kNames, name, &ProfileName::name);
    if (row == kNames.end()) return std::nullopt;
    return row->profile;
}

std::span<const LaunchProfile> all_profiles() { return kProfiles; }

std::vector<LaunchProfile> profiles_of(PlatformType platform) {
    std::vector<LaunchProfile> profiles;
    for (const RulesRow& row : kRules)
        if (row.platform == platform) profiles.push_back(row.profile);
    return profiles;
}

const LaunchRules* find_rules(PlatformType platform, LaunchProfile profile) {
    const auto* const row = std::ranges::find_if(
        kRules, [&](const RulesRow& one) { return one.platform == platform && one.profile == profile; });
    return row == kRules.end() ? nullptr : &row->rules;
}

Error no_such_profile(const Image& image, PlatformType platform, LaunchProfile profile) {
    std::vector<std::string_view> names;
    for (const LaunchProfile one : profiles_of(platform)) names.push_back(name(one));
    const PlatformInfo* const info = find_platform(static_cast<std::uint8_t>(platform));
    return Error{Rule::kMeasureUnsupported, image.headers_begin(),
                 fmt::format("platform {} has no profile {}; it has {}",
                             info == nullptr ? "of unknown type" : info->name, name(profile),
                             names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")))};
}

bool measures_every_vcpu(PlatformType platform, LaunchProfile profile) {
    const LaunchRules* const rules = find_rules(platform, profile);
    return rules != nullptr && rules->vmsas == VmsaPlacement::kOnePerVcpu;
}

bool needs_realm(LaunchProfile profile) {
    const LaunchRules* const rules = find_rules(kCca, profile);
    return rules != nullptr && rules->realm_creation;
}

}  // namespace igvm
