// igvm load FILE
#pragma once

#include <CLI/CLI.hpp>

namespace igvm::tools {

/// Adds the verb to `app`; its callback sets `exit_code`, which must outlive the parse.
void add_load_command(CLI::App& app, int& exit_code);

}  // namespace igvm::tools
