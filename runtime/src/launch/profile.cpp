#include <algorithm>
#include <array>

#include "igvm/launch.hpp"

namespace igvm {
namespace {

struct ProfileName {
    LaunchProfile profile;
    std::string_view name;
};

constexpr std::array kProfiles = {ProfileName{LaunchProfile::kSpec, "spec"}};

}  // namespace

std::string_view name(LaunchProfile profile) {
    return std::ranges::find(kProfiles, profile, &ProfileName::profile)->name;
}

std::optional<LaunchProfile> find_profile(std::string_view name) {
    const auto* const row = std::ranges::find(kProfiles, name, &ProfileName::name);
    if (row == kProfiles.end()) return std::nullopt;
    return row->profile;
}

}  // namespace igvm
