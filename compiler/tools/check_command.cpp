#include <fmt/format.h>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "exit_code.hpp"
#include "igvm/endorse.hpp"
#include "igvm/file.hpp"
#include "igvm/text.hpp"
#include "input.hpp"
#include "tools/commands.hpp"
#include "tools/plain_error.hpp"
#include "tools/rule_options.hpp"
#include "tools/severity_name.hpp"
#include "tools/spec_options.hpp"

namespace igvm::tools {
namespace {

struct Options {
    SpecOptions spec;
    CheckOptions check;
};

/// Where a finding stands, for people and for scripts. `owner` is the declaration of the spec that it is
/// about; null for images, and for what no declaration made.
struct Place {
    const std::string& path;
    const spec::LayoutEntry* owner = nullptr;
};

void print_text(const Place& place, const Finding& finding) {
    const RuleInfo& rule = rule_info(finding.rule);
    const std::string where = place.owner != nullptr
                                  ? fmt::format("{}: offset {:#x} in {}", printable(place.owner->place),
                                                finding.offset, place.owner->name)
                                  : fmt::format("{}: offset {:#x}", printable(place.path), finding.offset);
    fmt::print("{}: {}: {} [{}]\n  help: {}\n", where, severity_name(finding.severity), finding.detail,
               rule.id, rule.help);
}

void print_json(const Place& place, const Finding& finding) {
    const RuleInfo& rule = rule_info(finding.rule);
    nlohmann::ordered_json line = {{"rule", rule.id},          {"severity", severity_name(finding.severity)},
                                   {"file", place.path},       {"offset", finding.offset},
                                   {"detail", finding.detail}, {"clause", rule.clause},
                                   {"help", rule.help}};
    if (place.owner != nullptr) {
        line["place"] = place.owner->place;
        line["name"] = place.owner->name;
    }
    fmt::print("{}\n", line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace));
}

template <class PlaceOf>
int print(const CheckReport& report, bool json, PlaceOf place_of) {
    for (const Finding& finding : report.findings)
        json ? print_json(place_of(finding), finding) : print_text(place_of(finding), finding);
    if (report.suppressed != 0)
        fmt::print("{}{} more findings{}\n", json ? R"({"detail":")" : "", report.suppressed,
                   json ? fmt::format(R"(","suppressed":{}}})", report.suppressed) : "");
    return report.has_errors() ? kExitDiagnostics : kExitOk;
}

int check_image(const Options& options) {
    const auto file = MappedFile::open(options.spec.spec);
    if (!file) {
        print_plain_error(to_string(file.error()), options.spec.json, options.spec.spec);
        return kExitInputOutput;
    }
    return print(check_all_file(file->bytes(), options.check), options.spec.json,
                 [&](const Finding&) { return Place{options.spec.spec}; });
}

/// What the rules say of the image stands at the declaration it is about, with the offset in the image that
/// `build` would write.
int check_spec(const Options& options) {
    const spec::Compilation compilation = spec::compile(make_request(options.spec), render_options());
    print_diagnostics(compilation, options.spec.json);
    if (compilation.outcome != spec::Outcome::kOk) return to_exit_code(compilation.outcome);
    return print(check_all_file(compilation.image, options.check), options.spec.json,
                 [&](const Finding& finding) {
                     return Place{options.spec.spec, compilation.owner_at(finding.offset)};
                 });
}

enum class Kind { kImage, kSpec, kNeither };

/// The contents decide; the name only for what is like neither.
Kind kind_of(const std::string& path) {
    const bool named_spec = std::filesystem::path(path).extension() == ".igvmspec";
    const auto file = MappedFile::open(path);
    if (!file) return named_spec ? Kind::kSpec : Kind::kImage;
    const Bytes bytes = file->bytes();
    if (const auto magic = read<U32>(bytes, 0); magic && *magic == kMagic) return Kind::kImage;
    return named_spec || begins_as_spec(bytes) ? Kind::kSpec : Kind::kNeither;
}

int check_either(const Options& options) {
    const Kind kind = kind_of(options.spec.spec);
    if (kind == Kind::kSpec) return check_spec(options);
    const int exit_code = check_image(options);
    if (kind == Kind::kNeither && !options.spec.json)
        fmt::print("note: it was taken for an image; a spec begins with 'igvmspec 1;'\n");
    return exit_code;
}

/// `all` stands for every loader.
void add_loader_option(CLI::App& command, std::vector<LoaderModel>& loaders) {
    std::vector<std::string> names = {"all"};
    for (const LoaderModelInfo& info : loader_models()) names.emplace_back(info.name);
    const auto take = [&loaders](const std::vector<std::string>& words) {
        for (const std::string& word : words)
            for (const LoaderModelInfo& info : loader_models())
                if ((word == "all" || word == info.name) &&
                    std::ranges::find(loaders, info.model) == loaders.end())
                    loaders.push_back(info.model);
    };
    command
        .add_option_function<std::vector<std::string>>("--loader", take,
                                                       "Also what this loader does not take")
        ->check(CLI::IsMember(names))
        ->allow_extra_args(false);
}

}  // namespace

void add_check_command(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("check", "Hold an image, or what a spec would build, against the rules");
    command->add_option("file", options->spec.spec, "An IGVM file or an .igvmspec file")->required();
    add_spec_options(*command, options->spec);
    add_rule_options(*command, options->check.severities);
    add_loader_option(*command, options->check.loaders);
    command->add_flag("--json", options->spec.json, "One JSON object a line");
    command->callback([options, &exit_code] { exit_code = check_either(*options); });
}

}  // namespace igvm::tools
