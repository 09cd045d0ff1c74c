#include <fmt/format.h>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "driver/depfile.hpp"
#include "exit_code.hpp"
#include "igvm/describe.hpp"
#include "igvm/file.hpp"
#include "tools/commands.hpp"
#include "tools/spec_options.hpp"

namespace igvm::tools {
namespace {

struct BuildOptions {
    SpecOptions spec;
    std::string output;
    std::string report;
    std::string depfile;
    bool no_report = false;
    bool quiet = false;
};

Bytes bytes_of_text(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Leaves a file alone that holds the text already, so that what depends on it is not rebuilt.
Result<void> replace_text(const std::filesystem::path& path, const std::string& text) {
    const Bytes wanted = bytes_of_text(text);
    const auto old = MappedFile::open(path);
    if (old && std::ranges::equal(old->bytes(), wanted)) return {};
    return replace_file(path, wanted);
}

/// The image comes last: while it is old, so is everything that a build system believes of it.
Result<void> write_outputs(const BuildOptions& options, const spec::Compilation& compilation,
                           const std::string& report) {
    const std::filesystem::path report_path =
        options.report.empty() ? options.output + ".json" : options.report;
    if (!options.depfile.empty()) {
        const std::string rule = spec::depfile(options.output, compilation.files_read);
        if (auto written = replace_file(options.depfile, bytes_of_text(rule)); !written) return written;
    }
    if (!options.no_report) {
        if (auto written = replace_text(report_path, report); !written) return written;
    }
    return replace_file(options.output, compilation.image);
}

void print_result(const BuildOptions& options, const spec::Compilation& compilation) {
    fmt::print("{}\n", options.output);
    for (const Measurement& measurement : compilation.measurements) {
        fmt::print("{:<7}{} {}\n", platform_info(measurement.platform).name, name(measurement.algorithm),
                   hex(measurement.digest));
    }
}

int build(const BuildOptions& options) {
    const spec::Compilation compilation = spec::compile(make_request(options.spec), render_options());
    print_diagnostics(compilation, options.spec.json);
    if (compilation.outcome != spec::Outcome::kOk) return to_exit_code(compilation.outcome);
    const std::string report = spec::report_json(compilation, options.output);
    if (const auto written = write_outputs(options, compilation, report); !written) {
        fmt::print(stderr, "error: {}\n", to_string(written.error()));
        return kExitInputOutput;
    }
    if (options.quiet) return kExitOk;
    if (options.spec.json) {
        fmt::print("{}", report);
    } else {
        print_result(options, compilation);
    }
    return kExitOk;
}

}  // namespace

void add_build_command(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<BuildOptions>();
    CLI::App* command = app.add_subcommand("build", "Compile a spec to an IGVM image and measure it");
    command->add_option("spec", options->spec.spec, "The .igvmspec file")->required()->type_name("SPEC");
    command->add_option("-o,--output", options->output, "The image to write")->required()->type_name("FILE");
    add_spec_options(*command, options->spec);
    CLI::Option* report = command->add_option("--report", options->report, "Report [OUTPUT.json]");
    command->add_flag("--no-report", options->no_report, "Write no report")->excludes(report);
    command->add_option("--depfile", options->depfile, "List the files read, in Make's syntax");
    command->add_option("--expect", options->spec.expectations, "Fail unless this launch digest comes out")
        ->allow_extra_args(false)
        ->type_name("PLATFORM[@PROFILE]=HEX");
    command->add_flag("--json", options->spec.json, "Diagnostics and result as JSON");
    command->add_flag("--quiet", options->quiet, "Print nothing on success");
    command->callback([options, &exit_code] { exit_code = build(*options); });
}

}  // namespace igvm::tools
