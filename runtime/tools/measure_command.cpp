#include "measure_command.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "exit_code.hpp"
#include "igvm/check.hpp"
#include "igvm/measure.hpp"
#include "input.hpp"
#include "platform_names.hpp"

namespace igvm::tools {
namespace {

struct Options {
    std::string file;
    std::string platform;
    std::string profile = "spec";
    bool trace = false;
    bool json = false;
};

using Measurements = std::vector<Measurement>;

PlatformType type_of(const SupportedPlatform& platform) {
    return PlatformType{std::uint8_t{platform.platform_type}};
}

/// True when the file obeys the File rules; prints the breaches otherwise.
bool obeys_file_rules(const Options& options, const Image& image) {
    bool obeys = true;
    for (const Finding& finding : check(image).findings) {
        if (finding.severity != Severity::kError || finding.rule >= Rule::kPlatformNone) continue;
        print_error(options.file, {finding.rule, finding.offset, finding.detail});
        obeys = false;
    }
    return obeys;
}

std::string_view event_name(const LaunchEvent& event) {
    static constexpr std::string_view kKinds[] = {"page", "parameter", "vp_context", "error"};
    return kKinds[static_cast<std::size_t>(event.kind)];
}

std::string page_type_name(const LaunchEvent& event) {
    if (event.kind != LaunchKind::kPage) return "-";
    const FieldInfo* const field =
        find_header(static_cast<std::uint32_t>(HeaderType::kPageData))->field("data_type");
    for (const NamedValue& named : field->names)
        if (named.value == static_cast<std::uint64_t>(event.page_type)) return std::string(named.name);
    return fmt::format("{}", static_cast<unsigned>(event.page_type));
}

void print_trace(std::string_view platform, const TraceLine& line) {
    fmt::print("{}  {:<10}  {:#014x}  {:<8}  {:<10}  {}\n", platform, event_name(line.event), line.event.gpa,
               page_type_name(line.event), line.event.measured ? "measured" : "unmeasured",
               hex(line.running));
}

/// The platforms that the options ask for, one by one.
Result<Measurements> measure_each(const Options& options, const Image& image, LaunchProfile profile) {
    Measurements measurements;
    for (const SupportedPlatform& platform : image.platforms()) {
        const std::string_view name = platform_name(type_of(platform));
        const bool wanted =
            options.platform.empty() ? is_measured(type_of(platform)) : name == options.platform;
        if (!wanted) continue;
        TraceSink trace;
        if (options.trace) trace = [&](const TraceLine& line) { print_trace(name, line); };
        auto measurement = measure(image, platform, profile, trace);
        if (!measurement) return tl::unexpected(measurement.error());
        measurements.push_back(std::move(*measurement));
    }
    if (measurements.empty() && !options.platform.empty())
        return fail(Rule::kPlatformAbsent, image.headers_begin(),
                    fmt::format("the file has no platform {}", options.platform));
    return measurements;
}

Result<Measurements> measurements_of(const Options& options, const Image& image) {
    const LaunchProfile profile = *find_profile(options.profile);
    if (options.platform.empty() && !options.trace) return measure_all(image, profile);
    return measure_each(options, image, profile);
}

void print_json(const Measurements& measurements) {
    auto list = nlohmann::ordered_json::array();
    for (const Measurement& one : measurements)
        list.push_back({{"platform", platform_name(one.platform)},
                        {"profile", name(one.profile)},
                        {"algorithm", name(one.algorithm)},
                        {"digest", hex(one.digest)}});
    fmt::print("{}\n", nlohmann::ordered_json{{"measurements", list}}.dump(2));
}

void print_text(const Measurements& measurements) {
    for (const Measurement& one : measurements)
        fmt::print("{:<6}  {}  {}  {}\n", platform_name(one.platform), name(one.profile), name(one.algorithm),
                   hex(one.digest));
}

int run(const Options& options) {
    int exit_code = kExitOk;
    const auto opened = open_image(options.file, exit_code);
    if (!opened) return exit_code;
    if (!obeys_file_rules(options, opened->image)) return kExitDiagnostics;
    const auto measurements = measurements_of(options, opened->image);
    if (!measurements) {
        print_error(options.file, measurements.error());
        return kExitDiagnostics;
    }
    options.json ? print_json(*measurements) : print_text(*measurements);
    return kExitOk;
}

}  // namespace

void add_measure_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand("measure", "Print the launch measurements of an image");
    verb->add_option("FILE", options->file, "IGVM file")->required();
    verb->add_option("--platform", options->platform, "Only this platform")
        ->check(CLI::IsMember(platform_names()));
    verb->add_option("--profile", options->profile, "How the loader orders and types what it launches")
        ->check(CLI::IsMember({"spec"}))
        ->capture_default_str();
    auto* const json = verb->add_flag("--json", options->json, "Print JSON");
    verb->add_flag("--trace", options->trace, "Print a line for every event that enters a measurement")
        ->excludes(json);
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
