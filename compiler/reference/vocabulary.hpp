// The vocabulary of the language in words for people: one text for the reference and for editors.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.hpp"

namespace igvm::spec {

/// One word and what is said of it, in Markdown.
struct Word {
    std::string name;
    std::string doc;
};

/// "an integer", or "one of `x64`, `aarch64`".
std::string type_text(const schema::AttributeRow& attribute);
std::string attribute_text(const schema::AttributeRow& attribute);
std::string block_text(const schema::BlockRow& block);

/// Every function by its name with module, with its signature.
std::vector<Word> function_words();
/// "align_up(value, alignment) → integer" and what it does; empty: there is no such function.
std::string function_text(std::string_view name);
bool is_function_module(std::string_view name);

/// Every register that a vp_context sets by name.
std::vector<Word> register_words();

/// What begins a statement outside and inside of blocks, besides the kinds and attributes of the schema.
std::span<const std::string_view> file_keywords();
std::span<const std::string_view> body_keywords();
/// The types of declarations.
std::vector<std::string_view> declared_types();
/// What every block with an address has.
std::vector<Word> properties();

}  // namespace igvm::spec
