#include <fmt/format.h>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "exit_code.hpp"
#include "igvm/check.hpp"
#include "igvm/file.hpp"
#include "input.hpp"
#include "tools/commands.hpp"
#include "tools/rule_options.hpp"
#include "tools/severity_name.hpp"
#include "tools/spec_options.hpp"

namespace igvm::tools {
namespace {

struct Options {
    SpecOptions spec;
    CheckOptions check;
};

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

int print(const CheckReport& report, const std::string& path, bool json) {
    for (const Finding& finding : report.findings)
        json ? print_json(path, finding) : print_text(path, finding);
    if (report.suppressed != 0 && !json) fmt::print("{} more findings\n", report.suppressed);
    return report.has_errors() ? kExitDiagnostics : kExitOk;
}

int check_image(const Options& options) {
    const auto file = MappedFile::open(options.spec.spec);
    if (!file) {
        print_error(options.spec.spec, file.error());
        return kExitInputOutput;
    }
    return print(check_file(file->bytes(), options.check), options.spec.spec, options.spec.json);
}

/// What the rules say of the image stands with offsets in the image that `build` would write.
int check_spec(const Options& options) {
    const spec::Compilation compilation = spec::compile(make_request(options.spec), render_options());
    print_diagnostics(compilation, options.spec.json);
    if (compilation.outcome != spec::Outcome::kOk) return to_exit_code(compilation.outcome);
    return print(check_file(compilation.image, options.check), options.spec.spec, options.spec.json);
}

/// A spec goes by its name; what carries the magic of an image is one whatever its name.
bool is_spec(const std::string& path) {
    const auto file = MappedFile::open(path);
    const auto magic = file ? read<U32>(file->bytes(), 0) : std::nullopt;
    return !(magic && *magic == kMagic) && std::filesystem::path(path).extension() == ".igvmspec";
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("check", "Hold an image, or what a spec would build, against the rules");
    command->add_option("file", options->spec.spec, "An IGVM file or an .igvmspec file")->required();
    add_spec_options(*command, options->spec);
    add_rule_options(*command, options->check.severities);
    command->add_flag("--json", options->spec.json, "One JSON object a line");
    command->callback([options, &exit_code] {
        exit_code = is_spec(options->spec.spec) ? check_spec(*options) : check_image(*options);
    });
}

}  // namespace igvm::tools
