// Where a position stands in a text that may not be whole: judged on words and braces alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.hpp"
#include "syntax/lexemes.hpp"

namespace igvm::spec::lsp {

/// A block that is open at the place.
struct OpenBlock {
    std::string_view kind;
    std::string_view name;  ///< may be empty
};

struct TextPlace {
    std::vector<OpenBlock> blocks;  ///< outermost first; when, else and for are left out
    std::size_t statement = 0;      ///< its first lexeme
    std::size_t word = 0;           ///< the lexeme that holds the position or ends there, else the next one
};

TextPlace find_place(const std::vector<Lexeme>& lexemes, std::uint32_t offset);

/// The schema's row of the innermost open block; null outside of blocks and in unknown ones.
const schema::BlockRow* row_of(const TextPlace& place);

/// A name that the text declares: const, param, input, fragment, for, or a named block.
struct Symbol {
    std::string_view kind;
    std::string_view name;
    Span span;              ///< of the name
    std::string doc;        ///< the `///` lines before it
    std::string_view line;  ///< the declaration up to its ';' or '{'
};

std::vector<Symbol> find_symbols(const std::vector<Lexeme>& lexemes, std::string_view text);

}  // namespace igvm::spec::lsp
