// Lists as the command line writes them: expressions of the language, of literals alone.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "sema/value.hpp"

namespace igvm::spec {

/// The list that `text` spells, such as `[7, [0x8, "nine"], true]`. The error is a clause that says what is
/// wrong.
tl::expected<Value, std::string> parse_list(std::string_view text);

}  // namespace igvm::spec
