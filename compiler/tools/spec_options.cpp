#include "tools/spec_options.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <system_error>
#include "exit_code.hpp"
#include "expectation.hpp"
#include "terminal.hpp"

namespace igvm::tools {
namespace {

std::pair<std::string, std::string> split(const std::string& option, const std::string& text) {
    const auto at = text.find('=');
    if (at == std::string::npos || at == 0)
        throw CLI::ValidationError(option, fmt::format("takes name=value, not '{}'", text));
    return {text.substr(0, at), text.substr(at + 1)};
}

spec::Expectation expectation(const std::string& text) {
    const Expectation expected = parse_expectation(text);
    if (!expected.platform)
        throw CLI::ValidationError("--expect", fmt::format("takes PLATFORM[@PROFILE]=HEX, not '{}'", text));
    return {*expected.platform, expected.profile.value_or(LaunchProfile::kSpec), expected.digest};
}

}  // namespace

void add_spec_options(CLI::App& command, SpecOptions& options) {
    const auto add = [&](const char* names, std::vector<std::string>& values, const char* help) {
        return command.add_option(names, values, help)->allow_extra_args(false);
    };
    add("-p,--param", options.params, "Set a param of the spec")->type_name("NAME=VALUE");
    add("-i,--input", options.inputs, "Bind an input of the spec to a file")->type_name("NAME=PATH");
    add("-I,--include", options.include_directories, "Look for includes here too")->type_name("DIR");
    add("--platform", options.platforms, "Keep only this platform")->type_name("PLATFORM");
}

std::vector<std::filesystem::path> include_directories(const std::vector<std::string>& names) {
    std::error_code ignored;
    for (const std::string& name : names)
        if (!std::filesystem::is_directory(name, ignored))
            throw CLI::ValidationError("--include", fmt::format("there is no folder '{}'", name));
    return {names.begin(), names.end()};
}

spec::Request make_request(const SpecOptions& options) {
    spec::Request request;
    request.spec = options.spec;
    for (const auto& text : options.params) request.params.push_back(split("--param", text));
    for (const auto& text : options.inputs) request.inputs.push_back(split("--input", text));
    request.include_directories = include_directories(options.include_directories);
    request.platforms = options.platforms;
    for (const auto& text : options.expectations) request.expectations.push_back(expectation(text));
    return request;
}

void print_diagnostics(const spec::Verdict& verdict, bool json) {
    for (const auto& diagnostic : verdict.diagnostics)
        fmt::print(stderr, "{}{}", json ? diagnostic.json : diagnostic.text, json ? "\n" : "");
    if (verdict.suppressed == 0) return;
    const std::string more =
        fmt::format("{} more error{}", verdict.suppressed, verdict.suppressed == 1 ? "" : "s");
    if (json)
        fmt::print(stderr, "{{\"severity\":\"error\",\"message\":\"{}\",\"suppressed\":{}}}\n", more,
                   verdict.suppressed);
    else
        fmt::print(stderr, "{}\n", more);
}

spec::RenderOptions render_options() { return {.color = use_colour(stderr)}; }

int to_exit_code(spec::Outcome outcome) {
    switch (outcome) {
        case spec::Outcome::kOk:
            return kExitOk;
        case spec::Outcome::kDiagnostics:
            return kExitDiagnostics;
        case spec::Outcome::kInputOutput:
            return kExitInputOutput;
        case spec::Outcome::kInternal:
            break;
    }
    return kExitInternal;
}

}  // namespace igvm::tools
