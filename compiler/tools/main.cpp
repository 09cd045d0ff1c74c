#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <span>
#include <string_view>
#include <system_error>

#include "dump_command.hpp"
#include "exit_code.hpp"
#include "extract_command.hpp"
#include "filter_command.hpp"
#include "igvm/text.hpp"
#include "load_command.hpp"
#include "measure_command.hpp"
#include "merge_command.hpp"
#include "terminal.hpp"
#include "tools/commands.hpp"
#include "tools/plain_error.hpp"

namespace igvm::tools {
namespace {

/// The verb of the command line takes --json, and it is there.
bool wants_json(const CLI::App& app, std::span<char* const> words) {
    if (words.size() < 2) return false;
    const auto verbs =
        app.get_subcommands([&](const CLI::App* verb) { return verb->get_name() == words[1]; });
    return !verbs.empty() && verbs.front()->get_option_no_throw("--json") != nullptr &&
           std::ranges::find(words, std::string_view("--json")) != words.end();
}

int run(int argc, char** argv) {
    CLI::App app("Build, check, show, load and measure IGVM images", "igvm");
    app.set_version_flag("--version", IGVM_VERSION);
    app.require_subcommand(1);
    int exit_code = kExitOk;
    add_build_command(app, exit_code);
    add_check_command(app, exit_code);
    add_decompile_command(app, exit_code);
    add_dump_command(app, exit_code);
    add_explain_command(app, exit_code);
    add_format_command(app, exit_code);
    add_lsp_command(app, exit_code);
    add_spec_command(app, exit_code);
    add_load_command(app, exit_code);
    add_measure_command(app, exit_code);
    add_merge_command(app, exit_code);
    add_filter_command(app, exit_code);
    add_extract_command(app, exit_code);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        const bool json = wants_json(app, {argv, static_cast<std::size_t>(argc)});
        print_plain_error(error.what(), json);
        if (!json) fmt::print(stderr, "Run with --help for more information.\n");
        return kExitUsage;
    }
    return flush_output() || exit_code != kExitOk ? exit_code : kExitInputOutput;
}

}  // namespace
}  // namespace igvm::tools

int main(int argc, char** argv) {
    try {
        return igvm::tools::run(argc, argv);
    } catch (const std::system_error& error) {
        // What cannot be printed to a stream throws; standard error may be that stream.
        std::fprintf(stderr, "error: %s\n", error.what());
        return igvm::tools::kExitInputOutput;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "internal error: %s\n", error.what());
        return igvm::tools::kExitInternal;
    }
}
