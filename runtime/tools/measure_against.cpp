#include "measure_against.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "exit_code.hpp"
#include "measure_output.hpp"
#include "mismatch_output.hpp"
#include "platform_names.hpp"

namespace igvm::tools {
namespace {

/// True when the digests of one platform are equal.
Result<bool> compare_platform(const LaunchSide& left, const LaunchSide& right, const Subject& a,
                              const Subject& b) {
    const auto divergence = first_divergence(left, right);
    if (!divergence) return tl::unexpected(divergence.error());
    const auto name = subject(type_of(left.platform), left.options.profile);
    fmt::print("{}: the digests {}\n", name, *divergence ? "differ" : "are equal");
    if (*divergence) print_divergence(stdout, **divergence, {a.path, a.report}, {b.path, b.report});
    return !*divergence;
}

const SupportedPlatform* find_same(const Image& image, const SupportedPlatform& wanted) {
    const auto found = std::ranges::find_if(image.platforms(), [&](const SupportedPlatform& one) {
        return one.platform_type == wanted.platform_type;
    });
    return found == image.platforms().end() ? nullptr : &*found;
}

/// kExitOk when every platform of either file is in the other with the same digests.
int compare_platforms(const MeasureOptions& options, const LaunchChoice& choice, const Subject& a,
                      const Subject& b) {
    int exit_code = kExitOk;
    for (const SupportedPlatform& platform : wanted_platforms(options, a.image())) {
        const SupportedPlatform* const other = find_same(b.image(), platform);
        if (other == nullptr) {
            fmt::print("{}: {} has no such platform\n", platform_name(type_of(platform)), b.path);
            exit_code = kExitDiagnostics;
            continue;
        }
        for (const LaunchProfile profile : chosen_profiles(choice, type_of(platform))) {
            if (!has_profile(platform, profile)) continue;
            const auto launch = with_profile(choice.options, profile);
            const auto equal =
                compare_platform({a.image(), platform, launch}, {b.image(), *other, launch}, a, b);
            if (!equal) print_error(a.path, equal.error());
            if (!equal || !*equal) exit_code = kExitDiagnostics;
        }
    }
    return exit_code;
}

}  // namespace

int compare_files(const MeasureOptions& options, const LaunchChoice& choice, const Subject& subject) {
    int exit_code = kExitOk;
    const auto other = open_subject(options.against, exit_code);
    if (!other) return exit_code;
    exit_code = compare_platforms(options, choice, subject, *other);
    for (const SupportedPlatform& platform : wanted_platforms(options, other->image())) {
        if (find_same(subject.image(), platform) != nullptr) continue;
        fmt::print("{}: {} has no such platform\n", platform_name(type_of(platform)), subject.path);
        exit_code = kExitDiagnostics;
    }
    return exit_code;
}

}  // namespace igvm::tools
