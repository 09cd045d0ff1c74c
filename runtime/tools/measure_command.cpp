#include "measure_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "exit_code.hpp"
#include "igvm/measure.hpp"
#include "measure_against.hpp"
#include "measure_expect.hpp"
#include "measure_output.hpp"
#include "measure_subject.hpp"
#include "platform_names.hpp"

namespace igvm::tools {
namespace {

using Measured = std::vector<ProfileMeasurement>;

/// Of one platform, in order; with a trace as they are asked for.
Measured measure_platform(const MeasureOptions& options, const LaunchChoice& choice, const Subject& subject_,
                          const SupportedPlatform& platform) {
    const PlatformType type = type_of(platform);
    const auto profiles = chosen_profiles(choice, type);
    Measured measured;
    for (const LaunchProfile profile : profiles) {
        TraceSink trace;
        if (options.trace)
            trace = [&, name = subject(type, profile)](const TraceLine& line) {
                print_trace(name, line, subject_.report);
            };
        measured.push_back(
            {type, profile,
             measure(subject_.image(), platform, with_profile(choice.options, profile), trace)});
    }
    return measured;
}

/// Everything at once, where nothing is chosen or traced.
Result<Measured> measure_side_by_side(const LaunchChoice& choice, const Image& image) {
    if (choice.all_profiles) return measure_profiles(image, choice.options);
    return measure_all(image, choice.options).map([](const std::vector<Measurement>& measurements) {
        Measured measured;
        for (const Measurement& one : measurements) measured.push_back({one.platform, one.profile, one});
        return measured;
    });
}

Result<Measured> measure_wanted(const MeasureOptions& options, const LaunchChoice& choice,
                                const Subject& subject) {
    if (options.platform.empty() && !options.trace) return measure_side_by_side(choice, subject.image());
    const auto platforms = wanted_platforms(options, subject.image());
    if (platforms.empty() && !options.platform.empty())
        return fail(Rule::kPlatformAbsent, subject.image().headers_begin(),
                    fmt::format("the file has no platform {}", options.platform));
    Measured measured;
    for (const SupportedPlatform& platform : platforms) {
        const bool asked = !options.platform.empty() || choice.all_profiles;
        if (asked || has_profile(platform, choice.options.profile))
            std::ranges::move(measure_platform(options, choice, subject, platform),
                              std::back_inserter(measured));
    }
    return measured;
}

/// A profile that was named must measure; of all profiles, some may not apply.
std::optional<Error> refusal(const Measured& measured, const LaunchChoice& choice, const Image& image) {
    for (const ProfileMeasurement& one : measured)
        if (!one.result && (!choice.all_profiles || one.profile == LaunchProfile::kSpec))
            return one.result.error();
    if (!measured.empty() || choice.options.profile == LaunchProfile::kSpec) return std::nullopt;
    return Error{Rule::kPlatformAbsent, image.headers_begin(),
                 fmt::format("no platform of the file has profile {}", name(choice.options.profile))};
}

int print_measurements(const MeasureOptions& options, const LaunchChoice& choice, const Subject& subject) {
    const auto measured = measure_wanted(options, choice, subject);
    if (!measured) {
        print_error(subject.path, measured.error());
        return kExitDiagnostics;
    }
    if (const auto error = refusal(*measured, choice, subject.image())) {
        print_error(subject.path, *error);
        return kExitDiagnostics;
    }
    if (options.json) {
        print_json(*measured, subject.image());
        return kExitOk;
    }
    print_text(*measured);
    if (choice.all_profiles) print_portability(*measured, subject.image());
    return kExitOk;
}

int run(const MeasureOptions& options) {
    validate_expectations(options);
    int exit_code = kExitOk;
    const auto choice = make_launch_choice(options.launch, exit_code);
    if (!choice) return exit_code;
    const auto subject = open_subject(options.file, exit_code);
    if (!subject) return exit_code;
    if (!options.against.empty()) {
        exit_code = compare_files(options, *choice, *subject);
    } else {
        exit_code = print_measurements(options, *choice, *subject);
        if (exit_code == kExitOk) exit_code = check_expectations(options, *choice, *subject);
    }
    return exit_code;
}

}  // namespace

void add_measure_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<MeasureOptions>();
    CLI::App* const verb = app.add_subcommand("measure", "Print the launch measurements of an image");
    verb->add_option("FILE", options->file, "IGVM file")->required();
    verb->add_option("--platform", options->platform, "Only this platform")
        ->check(CLI::IsMember(platform_names()));
    add_launch_flags(*verb, options->launch);
    auto* const json = verb->add_flag("--json", options->json, "Print JSON");
    auto* const trace =
        verb->add_flag("--trace", options->trace, "Print a line for every event that enters a measurement")
            ->excludes(json);
    auto* const expect = verb->add_option("--expect", options->expectations,
                                          "Fail unless this digest comes out, and say which profile gives it")
                             ->allow_extra_args(false)
                             ->type_name("[PLATFORM[@PROFILE]=]HEX");
    verb->add_option("--max-vcpus", options->max_vcpus, "Where --expect fails, vCPUs to try")
        ->check(CLI::Range(1, UINT16_MAX + 1))
        ->capture_default_str()
        ->needs(expect);
    verb->add_option("--against", options->against, "Compare the measurements with those of another image")
        ->type_name("FILE2")
        ->excludes(json)
        ->excludes(trace)
        ->excludes(expect);
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
