// -W, -E and --Wno: another severity for a rule of the format.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "igvm/check.hpp"

namespace igvm::tools {

/// What to say of an id that neither an error of the compiler nor a rule has, with the nearest one.
std::string unknown_id(std::string_view id);

/// Adds -W, -E and --Wno, each with the id of a rule, any number of times; `-Wno-ID` is `--Wno ID`. The
/// options are kept in the order of the command line, so that the last one wins.
void add_rule_options(CLI::App& command, std::vector<SeverityChange>& changes);

}  // namespace igvm::tools
