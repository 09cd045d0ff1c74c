// What every part of `igvm measure` works on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "build_report.hpp"
#include "input.hpp"
#include "launch_flags.hpp"

namespace igvm::tools {

struct MeasureOptions {
    std::string file;
    std::string against;
    std::string platform;
    LaunchFlags launch;
    std::vector<std::string> expectations;
    std::uint32_t max_vcpus = 16;
    bool trace = false;
    bool json = false;
};

/// An open image with the report beside it, if that is about it.
struct Subject {
    std::string path;
    OpenedImage opened;
    BuildReport report;

    const Image& image() const { return opened.image; }
};

/// Opens a file that obeys the File rules. On failure prints why and sets `exit_code`.
std::optional<Subject> open_subject(const std::string& path, int& exit_code);

PlatformType type_of(const SupportedPlatform& platform);
LaunchOptions with_profile(LaunchOptions options, LaunchProfile profile);
bool has_profile(const SupportedPlatform& platform, LaunchProfile profile);

/// The profiles that the flags choose: one, or all of the platform.
std::vector<LaunchProfile> chosen_profiles(const LaunchChoice& choice, PlatformType type);

/// The platforms that the options ask for, or else the measured ones.
std::vector<SupportedPlatform> wanted_platforms(const MeasureOptions& options, const Image& image);

}  // namespace igvm::tools
