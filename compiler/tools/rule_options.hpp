// -W, -E and --Wno: another severity for a rule of the format.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "igvm/check.hpp"

namespace igvm::tools {

/// The rule with an id such as "IGVM-D006", in any case of letters.
/// Throws CLI::ValidationError, with the nearest id, for one that no rule has.
const RuleInfo& named_rule(std::string_view id);

/// Adds -W, -E and --Wno, each with the id of a rule, any number of times; `-Wno-ID` is `--Wno ID`. The
/// options are kept in the order of the command line, so that the last one wins.
void add_rule_options(CLI::App& command, std::vector<SeverityChange>& changes);

}  // namespace igvm::tools
