#include "extract_command.hpp"

#include <fmt/format.h>

#include <memory>

#include "build_report.hpp"
#include "exit_code.hpp"
#include "guest_range.hpp"
#include "igvm/edit.hpp"
#include "input.hpp"
#include "platform_names.hpp"

namespace igvm::tools {
namespace {

struct Options {
    std::string file;
    std::string range;
    std::string region;
    std::string report;
    std::string platform;
    std::string output;
};

std::string range_problem(const std::string& text) {
    return parse_range(text)
               ? ""
               : text + " is not BEGIN-END or BEGIN+SIZE with BEGIN before END, e.g. 0x1000-0x3000";
}

Result<std::vector<std::uint8_t>> extract_region(const Options& options, const Image& image,
                                                 const BuildReport& report, ExtractOptions wanted) {
    bool found = false;
    wanted.choose = [&](const Header& header) {
        const bool chosen = report.region_of(header.index) == "region " + options.region;
        found = found || chosen;
        return chosen;
    };
    auto bytes = extract(image, wanted);
    if (found) return bytes;
    return fail(Rule::kRegionUnknown, 0,
                fmt::format("the build report of the file has no region {}", options.region));
}

int run(const Options& options) {
    int exit_code = kExitOk;
    const auto opened = open_image(options.file, exit_code);
    if (!opened) return exit_code;
    const auto report = find_report(options.file, options.report, opened->file.bytes());
    if (!report) return kExitInputOutput;
    ExtractOptions wanted;
    if (!options.range.empty()) wanted.range = parse_range(options.range);
    if (!options.platform.empty()) wanted.platform = platform_named(options.platform);
    const auto bytes = options.region.empty() ? extract(opened->image, wanted)
                                              : extract_region(options, opened->image, *report, wanted);
    if (!bytes) {
        print_error(options.file, bytes.error());
        return kExitDiagnostics;
    }
    return write_output(options.output, *bytes);
}

}  // namespace

void add_extract_command(CLI::App& app, int& exit_code) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand("extract", "Write the guest memory that an image loads");
    verb->add_option("FILE", options->file, "IGVM file")->required();
    auto* const what = verb->add_option_group("what", "What to extract");
    what->add_option("--gpa", options->range, "Guest addresses: BEGIN-END, END excluded, or BEGIN+SIZE")
        ->check(range_problem);
    what->add_option("--region", options->region, "A region of the spec that the image was built from");
    what->require_option(1);
    verb->add_option("--report", options->report,
                     "Build report with the regions' names (default: FILE.json)");
    verb->add_option("--platform", options->platform, "What is loaded for this platform")
        ->check(CLI::IsMember(platform_names()));
    verb->add_option("-o,--output", options->output, "File for the bytes")->required();
    verb->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
