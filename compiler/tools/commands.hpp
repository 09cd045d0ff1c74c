// The verbs that need the compiler, or its "did you mean". Each stores its exit code when it ran.
#pragma once

#include <CLI/CLI.hpp>

namespace igvm::tools {

void add_build_command(CLI::App& app, int& exit_code);
void add_check_command(CLI::App& app, int& exit_code);
void add_decompile_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);
void add_format_command(CLI::App& app, int& exit_code);
void add_lsp_command(CLI::App& app, int& exit_code);
void add_spec_command(CLI::App& app, int& exit_code);

}  // namespace igvm::tools
