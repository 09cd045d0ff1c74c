#include <fmt/format.h>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "exit_code.hpp"
#include "igvm/check.hpp"
#include "igvm/file.hpp"
#include "input.hpp"
#include "tools/commands.hpp"
#include "tools/spec_options.hpp"

namespace igvm::tools {
namespace {

std::string_view severity_name(Severity severity) {
    constexpr std::string_view kNames[] = {"info", "warning", "error"};
    return kNames[static_cast<std::size_t>(severity)];
}

void print_text(const std::string& path, const Finding& finding) {
    const RuleInfo& rule = rule_info(finding.rule);
    fmt::print("{}: offset {:#x}: {}: {} [{}]\n  help: {}\n", path, finding.offset,
               severity_name(finding.severity), finding.detail, rule.id, rule.help);
}

void print_json(const std::string& path, const Finding& finding) {
    const RuleInfo& rule = rule_info(finding.rule);
    const nlohmann::ordered_json line = {{"rule", rule.id},
                                         {"severity", severity_name(finding.severity)},
                                         {"file", path},
                                         {"offset", finding.offset},
                                         {"detail", finding.detail},
                                         {"clause", rule.clause},
                                         {"help", rule.help}};
    fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

int check_image(const SpecOptions& options) {
    const auto file = MappedFile::open(options.spec);
    if (!file) {
        print_error(options.spec, file.error());
        return kExitInputOutput;
    }
    const CheckReport report = check_file(file->bytes());
    for (const Finding& finding : report.findings)
        options.json ? print_json(options.spec, finding) : print_text(options.spec, finding);
    if (report.suppressed != 0 && !options.json) fmt::print("{} more findings\n", report.suppressed);
    return report.has_errors() ? kExitDiagnostics : kExitOk;
}

int check_spec(const SpecOptions& options) {
    const spec::Compilation compilation = spec::compile(make_request(options), render_options());
    print_diagnostics(compilation, options.json);
    return to_exit_code(compilation.outcome);
}

/// A spec goes by its name; what carries the magic of an image is one whatever its name.
bool is_spec(const std::string& path) {
    const auto file = MappedFile::open(path);
    const auto magic = file ? read<U32>(file->bytes(), 0) : std::nullopt;
    return !(magic && *magic == kMagic) && std::filesystem::path(path).extension() == ".igvmspec";
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<SpecOptions>();
    CLI::App* command =
        app.add_subcommand("check", "Hold an image, or what a spec would build, against the rules");
    command->add_option("file", options->spec, "An IGVM file or an .igvmspec file")->required();
    add_spec_options(*command, *options);
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([options, &exit_code] {
        exit_code = is_spec(options->spec) ? check_spec(*options) : check_image(*options);
    });
}

}  // namespace igvm::tools
