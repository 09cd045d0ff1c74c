#include <fmt/format.h>
#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>

#include "exit_code.hpp"
#include "igvm/file.hpp"
#include "igvm/spec/format.hpp"
#include "igvm/text.hpp"
#include "input.hpp"
#include "tools/commands.hpp"
#include "tools/spec_options.hpp"

namespace igvm::tools {
namespace {

struct Options {
    std::vector<std::string> files;
    bool check = false;
    bool to_stdout = false;
    bool json = false;
};

constexpr std::string_view kStandardInput = "-";

/// Standard input, no more of it than the formatter would look at.
std::string read_input() {
    constexpr std::size_t kMost = 16 * 1024 * 1024 + 1;
    std::string text;
    for (char c; text.size() < kMost && std::cin.get(c);) text += c;
    return text;
}

spec::Formatting format_one(const std::string& file) {
    if (file == kStandardInput) return spec::format_source("<stdin>", read_input(), render_options());
    return spec::format_file(file, render_options());
}

int store(const Options& options, const std::string& file, const spec::Formatting& formatted) {
    if (options.check) {
        if (formatted.changed) fmt::print("{}\n", printable(file));
        return formatted.changed ? kExitDiagnostics : kExitOk;
    }
    if (options.to_stdout || file == kStandardInput) {
        fmt::print("{}", formatted.text);
        return kExitOk;
    }
    if (!formatted.changed) return kExitOk;
    const auto* data = reinterpret_cast<const std::uint8_t*>(formatted.text.data());
    return write_output(file, {data, formatted.text.size()});
}

/// The worst exit code of all files: one that cannot be formatted does not keep the rest from it.
int run(const Options& options) {
    int exit_code = kExitOk;
    for (const std::string& file : options.files) {
        const spec::Formatting formatted = format_one(file);
        print_diagnostics(formatted, options.json);
        const bool good = formatted.outcome == spec::Outcome::kOk;
        exit_code =
            std::max(exit_code, good ? store(options, file, formatted) : to_exit_code(formatted.outcome));
    }
    return exit_code;
}

}  // namespace

void add_format_command(CLI::App& app, int& exit_code) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("fmt", "Write specs in the one style");
    command->add_option("file", options->files, "Files of the language; - is standard input")->required();
    CLI::Option* check =
        command->add_flag("--check", options->check, "Change nothing; name the files that would change");
    command->add_flag("--stdout", options->to_stdout, "Print instead of replacing the files")
        ->excludes(check);
    command->add_flag("--json", options->json, "Diagnostics as JSON, one object a line");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace igvm::tools
