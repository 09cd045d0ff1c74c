#include "measure_subject.hpp"

#include <algorithm>

#include "exit_code.hpp"
#include "igvm/check.hpp"
#include "igvm/measure.hpp"
#include "platform_names.hpp"

namespace igvm::tools {
namespace {

/// True when the file obeys the File rules; prints the breaches otherwise.
bool obeys_file_rules(const std::string& path, const Image& image) {
    bool obeys = true;
    for (const Finding& finding : check(image).findings) {
        if (finding.severity != Severity::kError || finding.rule >= Rule::kPlatformNone) continue;
        print_error(path, {finding.rule, finding.offset, finding.detail});
        obeys = false;
    }
    return obeys;
}

}  // namespace

std::optional<Subject> open_subject(const std::string& path, int& exit_code) {
    auto opened = open_image(path, exit_code);
    if (!opened) return std::nullopt;
    if (!obeys_file_rules(path, opened->image)) {
        exit_code = kExitDiagnostics;
        return std::nullopt;
    }
    auto report = BuildReport::load(path + ".json", opened->file.bytes());
    return Subject{path, std::move(*opened), report ? std::move(*report) : BuildReport{}};
}

PlatformType type_of(const SupportedPlatform& platform) {
    return PlatformType{std::uint8_t{platform.platform_type}};
}

LaunchOptions with_profile(LaunchOptions options, LaunchProfile profile) {
    options.profile = profile;
    return options;
}

bool has_profile(const SupportedPlatform& platform, LaunchProfile profile) {
    const auto profiles = profiles_of(type_of(platform));
    return std::ranges::find(profiles, profile) != profiles.end();
}

std::vector<LaunchProfile> chosen_profiles(const LaunchChoice& choice, PlatformType type) {
    return choice.all_profiles ? profiles_of(type) : std::vector<LaunchProfile>{choice.options.profile};
}

std::vector<SupportedPlatform> wanted_platforms(const MeasureOptions& options, const Image& image) {
    std::vector<SupportedPlatform> wanted;
    std::ranges::copy_if(image.platforms(), std::back_inserter(wanted), [&](const SupportedPlatform& one) {
        return options.platform.empty() ? is_measured(type_of(one))
                                        : platform_name(type_of(one)) == options.platform;
    });
    return wanted;
}

}  // namespace igvm::tools
