// Types by name, and values as the command line writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sema/value.hpp"

namespace igvm::spec {

/// "int", "size", "bool", "string", "bytes", "file", "list".
std::vector<std::string_view> type_names();
bool is_type(std::string_view name);

/// True when the value may stand for a thing of that type. An empty or unknown type takes any value.
bool has_type(const Value& value, std::string_view type);

/// The value that `text` spells: an integer as in a spec ("64M", "0x1000"), "true" or "false", hexadecimal
/// digits for bytes, a list of literals, any text for a string. The error is a clause that says what would be
/// right.
tl::expected<Value, std::string> parse_param(std::string_view type, std::string_view text);

}  // namespace igvm::spec
