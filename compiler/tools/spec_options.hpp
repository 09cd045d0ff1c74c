// What `build` and `check` have in common: naming a spec and what it is built with.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "igvm/spec/compile.hpp"

namespace igvm::tools {

struct SpecOptions {
    std::string spec;
    std::vector<std::string> params;
    std::vector<std::string> inputs;
    std::vector<std::string> include_directories;
    std::vector<std::string> platforms;
    std::vector<std::string> expectations;
    bool json = false;
};

/// Adds -p, -i, -I and --platform.
void add_spec_options(CLI::App& command, SpecOptions& options);

/// The folders of -I. Throws CLI::ValidationError for one that is not there.
std::vector<std::filesystem::path> include_directories(const std::vector<std::string>& names);

/// The request. Throws CLI::ValidationError for a value that has not the form `name=value`.
spec::Request make_request(const SpecOptions& options);

/// Prints every diagnostic on standard error, as caret text or one JSON object a line.
void print_diagnostics(const spec::Verdict& verdict, bool json);
spec::RenderOptions render_options();

int to_exit_code(spec::Outcome outcome);

}  // namespace igvm::tools
