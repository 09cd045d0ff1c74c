#include "tools/spec_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include "exit_code.hpp"
#include "terminal.hpp"

namespace igvm::tools {
namespace {

std::pair<std::string, std::string> split(const std::string& option, const std::string& text) {
    const auto at = text.find('=');
    if (at == std::string::npos || at == 0)
        throw CLI::ValidationError(option, fmt::format("takes name=value, not '{}'", text));
    return {text.substr(0, at), text.substr(at + 1)};
}

std::string digest(const std::string& text) {
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower.empty() || lower.find_first_not_of("0123456789abcdef") != std::string::npos)
        throw CLI::ValidationError("--expect", fmt::format("'{}' is not a hexadecimal digest", text));
    return lower;
}

spec::Expectation expectation(const std::string& text) {
    const auto [where, value] = split("--expect", text);
    const auto at = where.find('@');
    const std::string platform = where.substr(0, at);
    const PlatformInfo* info = find_platform(platform);
    if (info == nullptr)
        throw CLI::ValidationError("--expect", fmt::format("'{}' is not a platform", platform));
    const auto profile = at == std::string::npos ? LaunchProfile::kSpec : find_profile(where.substr(at + 1));
    if (!profile)
        throw CLI::ValidationError("--expect", fmt::format("'{}' is not a profile", where.substr(at + 1)));
    return {info->type, *profile, digest(value)};
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

spec::Request make_request(const SpecOptions& options) {
    spec::Request request;
    request.spec = options.spec;
    for (const auto& text : options.params) request.params.push_back(split("--param", text));
    for (const auto& text : options.inputs) request.inputs.push_back(split("--input", text));
    request.include_directories.assign(options.include_directories.begin(),
                                       options.include_directories.end());
    request.platforms = options.platforms;
    for (const auto& text : options.expectations) request.expectations.push_back(expectation(text));
    return request;
}

void print_diagnostics(const spec::Compilation& compilation, bool json) {
    for (const auto& diagnostic : compilation.diagnostics)
        fmt::print(stderr, "{}{}", json ? diagnostic.json : diagnostic.text, json ? "\n" : "");
    if (compilation.suppressed != 0 && !json) fmt::print(stderr, "{} more errors\n", compilation.suppressed);
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
