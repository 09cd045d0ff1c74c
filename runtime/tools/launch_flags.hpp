// The options that say who launches an image, and what the host decides.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "igvm/file.hpp"
#include "igvm/launch.hpp"

namespace igvm::tools {

struct LaunchFlags {
    std::string profile = "spec";
    std::uint32_t vcpus = 1;
    std::string ap_vmsa;
    std::uint32_t cpu_signature = kDefaultCpuSignature;
    std::string zeros = "profile";
    std::string realm;
    std::vector<std::string> ripas;
};

/// The profile "all" of LaunchFlags.
inline constexpr std::string_view kAllProfiles = "all";

void add_launch_flags(CLI::App& verb, LaunchFlags& flags);

/// What the flags mean; owns the file behind `ap_vmsa`.
struct LaunchChoice {
    LaunchOptions options;  ///< profile kSpec for "all"
    bool all_profiles = false;
    std::optional<MappedFile> ap_vmsa;
};

/// Prints why not and sets `exit_code` (usage or input/output) when the flags cannot be had.
std::optional<LaunchChoice> make_launch_choice(const LaunchFlags& flags, int& exit_code);

}  // namespace igvm::tools
