// Where the lexer's tokens stand in the source, in bytes.
#pragma once

#include <antlr4-runtime.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "source/source.hpp"

namespace igvm::spec {

/// Token indices count code points; spans count bytes.
class TokenPlaces {
  public:
    TokenPlaces(std::string_view text, FileId file);

    Span of(antlr4::Token* token) const;
    /// From the first to the last token of a rule; empty at its start when it matched nothing.
    Span of(antlr4::ParserRuleContext* context) const;
    std::string_view text(Span span) const { return text_.substr(span.begin, span.end - span.begin); }

  private:
    std::uint32_t byte(std::size_t code_point) const;

    std::string_view text_;
    FileId file_;
    std::vector<std::uint32_t> offsets_;  ///< of each code point and of the end; empty: all are one byte
};

}  // namespace igvm::spec
