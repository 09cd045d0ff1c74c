#include <fmt/format.h>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "driver/depfile.hpp"
#include "exit_code.hpp"
#include "igvm/describe.hpp"
#include "igvm/file.hpp"
#include "igvm/text.hpp"
#include "measure_output.hpp"
#include "tools/commands.hpp"
#include "tools/emit_text.hpp"
#include "tools/plain_error.hpp"
#include "tools/spec_options.hpp"

namespace igvm::tools {
namespace {

struct BuildOptions {
    SpecOptions spec;
    std::string output;
    std::string report;
    std::string depfile;
    std::string emit;
    bool no_report = false;
    bool quiet = false;
};

constexpr std::string_view kReportOption = "--report";

std::filesystem::path report_path(const BuildOptions& options) {
    return options.report.empty() ? options.output + ".json" : options.report;
}

Bytes bytes_of_text(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A file that `build` writes, and the option that names it.
struct Output {
    std::string_view option;
    std::filesystem::path path;
    Bytes contents;
};

bool holds_already(const Output& output) {
    const auto file = MappedFile::open(output.path);
    return file && std::ranges::equal(file->bytes(), output.contents);
}

/// What would be lost if the outputs were written: a file that was read, or another output.
std::optional<std::string> find_clash(const std::vector<Output>& outputs,
                                      const std::vector<std::filesystem::path>& files_read) {
    for (auto output = outputs.begin(); output != outputs.end(); ++output) {
        for (const auto& file : files_read)
            if (same_file(output->path, file))
                return fmt::format("{} {} would overwrite {}, which the image is built from", output->option,
                                   output->path.string(), file.string());
        for (auto other = outputs.begin(); other != output; ++other)
            if (same_file(output->path, other->path))
                return fmt::format("{} and {} name the same file {}", other->option, output->option,
                                   output->path.string());
    }
    return std::nullopt;
}

/// A report that stays as it is keeps its time, so that what depends on it is not rebuilt. The image is first
/// in the list and so the last that appears: while it is old, so is all that a build system believes of it.
Result<void> write_outputs(const std::vector<Output>& outputs) {
    std::vector<FileContents> files;
    for (const Output& output : outputs)
        if (output.option != kReportOption || !holds_already(output))
            files.push_back({output.path, output.contents});
    return replace_files(files);
}

int fail_with(int exit_code, const std::string& message, const BuildOptions& options) {
    print_plain_error(message, options.spec.json);
    return exit_code;
}

void print_result(const BuildOptions& options, const spec::Compilation& compilation) {
    fmt::print("{}\n", printable(options.output));
    for (const Measurement& measurement : compilation.measurements) {
        fmt::print("{:<6} {} {}\n", subject(measurement.platform, measurement.profile),
                   name(measurement.algorithm), hex(measurement.digest));
    }
}

/// The text that --emit asks for, to the output or else to standard output.
int emit(const BuildOptions& options, const spec::Compilation& compilation) {
    const std::string text = emit_text(options.emit, compilation);
    if (options.output.empty()) {
        fmt::print("{}", text);
        return kExitOk;
    }
    const Output output{"--output", options.output, bytes_of_text(text)};
    if (const auto clash = find_clash({output}, compilation.files_read))
        return fail_with(kExitUsage, *clash, options);
    if (const auto written = replace_file(output.path, output.contents); !written)
        return fail_with(kExitInputOutput, to_string(written.error()), options);
    return kExitOk;
}

int build(const BuildOptions& options) {
    spec::Request request = make_request(options.spec);
    request.previous = options.output;
    request.list_model = options.emit == kEmitModel;
    const spec::Compilation compilation = spec::compile(request, render_options());
    print_diagnostics(compilation, options.spec.json);
    if (compilation.outcome != spec::Outcome::kOk) return to_exit_code(compilation.outcome);
    if (!options.emit.empty()) return emit(options, compilation);
    const bool wants_report = !options.no_report || options.spec.json;
    const std::string report = wants_report ? spec::report_json(compilation, options.output) : std::string();
    const std::string rule = spec::depfile(options.output, compilation.files_read);
    std::vector<Output> outputs{{"--output", options.output, compilation.image}};
    if (!options.depfile.empty()) outputs.push_back({"--depfile", options.depfile, bytes_of_text(rule)});
    if (!options.no_report) outputs.push_back({kReportOption, report_path(options), bytes_of_text(report)});
    if (const auto clash = find_clash(outputs, compilation.files_read))
        return fail_with(kExitUsage, *clash, options);
    if (const auto written = write_outputs(outputs); !written)
        return fail_with(kExitInputOutput, to_string(written.error()), options);
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
    CLI::Option* output =
        command->add_option("-o,--output", options->output, "The image to write")->type_name("FILE");
    add_spec_options(*command, options->spec);
    CLI::Option* report = command->add_option("--report", options->report, "Report [OUTPUT.json]");
    CLI::Option* no_report = command->add_flag("--no-report", options->no_report, "Write no report");
    CLI::Option* depfile =
        command->add_option("--depfile", options->depfile, "List the files read, in Make's syntax");
    no_report->excludes(report);
    CLI::Option* emit = command->add_option("--emit", options->emit,
                                            "Write this as text to FILE or standard output, no image");
    emit->check(CLI::IsMember(emit_kinds()))->excludes(report)->excludes(no_report)->excludes(depfile);
    command->add_option("--expect", options->spec.expectations, "Fail unless this launch digest comes out")
        ->allow_extra_args(false)
        ->type_name("PLATFORM[@PROFILE]=HEX");
    command->add_flag("--json", options->spec.json, "Diagnostics and result as JSON");
    command->add_flag("--quiet", options->quiet, "Print nothing on success");
    command->callback([options, output, emit, &exit_code] {
        if (output->count() + emit->count() == 0) throw CLI::RequiredError("--output");
        exit_code = build(*options);
    });
}

}  // namespace igvm::tools
