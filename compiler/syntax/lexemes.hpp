// The words of a text as they stand, comments among them: for what works on text that may not be whole.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "source/source.hpp"

namespace igvm::spec {

enum class LexemeKind : std::uint8_t { kWord, kLiteral, kPunctuation, kComment, kEnd };

struct Lexeme {
    LexemeKind kind = LexemeKind::kEnd;
    Span span;
    std::string_view text;          ///< in the source; empty for kEnd
    std::uint32_t line_breaks = 0;  ///< between the lexeme before it and this one

    bool is(std::string_view word) const { return kind != LexemeKind::kComment && text == word; }
};

/// Every lexeme of the file and a kEnd. A text with more tokens than `parse` takes is cut there.
std::vector<Lexeme> read_lexemes(const Sources& sources, FileId file);

}  // namespace igvm::spec
