#include "sema/param_text.hpp"

#include <algorithm>
#include <array>

#include "inputs/hex.hpp"
#include "sema/functions.hpp"
#include "sema/list_text.hpp"
#include "syntax/literal.hpp"

namespace igvm::spec {
namespace {

using Parsed = tl::expected<Value, std::string>;

/// "message" or "message: help".
std::string reason(const LiteralError& error) {
    return error.help.empty() ? error.message : error.message + ": " + error.help;
}

Parsed parse_integer(std::string_view text) {
    const auto number = read_number(text);
    if (!number) return tl::unexpected(reason(number.error()));
    return Value{*number, {}};
}

Parsed parse_bool(std::string_view text) {
    if (text == "true") return Value{true, {}};
    if (text == "false") return Value{false, {}};
    return tl::unexpected<std::string>("it is not true or false");
}

Parsed parse_string(std::string_view text) { return Value{std::string(text), {}}; }

Parsed parse_bytes(std::string_view text) {
    if (!std::ranges::all_of(text, [](char digit) { return hex_digit(digit).has_value(); }))
        return tl::unexpected<std::string>("bytes are given as hexadecimal digits alone, such as 0102");
    auto bytes = parse_hex(text);
    if (!bytes) return tl::unexpected(std::move(bytes.error()));
    return Call::result(*std::move(bytes));
}

Parsed refuse_file(std::string_view) { return tl::unexpected<std::string>("files are inputs: -i name=path"); }

struct Type {
    std::string_view name;
    std::string_view value_type;  ///< as in `type_name`
    Parsed (*parse)(std::string_view);
};

/// Only inputs are files, and their paths are not values.
constexpr auto kTypes = std::to_array<Type>({
    {"int", "integer", parse_integer},
    {"size", "integer", parse_integer},
    {"bool", "bool", parse_bool},
    {"string", "string", parse_string},
    {"bytes", "bytes", parse_bytes},
    {"file", "bytes", refuse_file},
    {"list", "list", parse_list},
});

const Type* find_type(std::string_view name) {
    const auto* row = std::ranges::find(kTypes, name, &Type::name);
    return row == kTypes.end() ? nullptr : row;
}

}  // namespace

std::vector<std::string_view> type_names() {
    std::vector<std::string_view> names;
    for (const Type& type : kTypes) names.push_back(type.name);
    return names;
}

bool is_type(std::string_view name) { return find_type(name) != nullptr; }

bool has_type(const Value& value, std::string_view type) {
    const Type* row = find_type(type);
    return row == nullptr || row->value_type == type_name(value);
}

Parsed parse_param(std::string_view type, std::string_view text) {
    const Type* row = find_type(type);
    return row == nullptr ? parse_string(text) : row->parse(text);
}

}  // namespace igvm::spec
