#include "syntax/lexemes.hpp"

#include <antlr4-runtime.h>

#include "syntax/limited_lexer.hpp"
#include "syntax/token_places.hpp"

namespace igvm::spec {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// By how it is written, so that a new keyword or operator of the grammar needs no row here.
LexemeKind kind_of(std::string_view text) {
    if (text.starts_with("//")) return LexemeKind::kComment;
    if (is_digit(text.front()) || text.find('"') != std::string_view::npos) return LexemeKind::kLiteral;
    return is_letter(text.front()) ? LexemeKind::kWord : LexemeKind::kPunctuation;
}

/// CR LF counts once.
std::uint32_t count_breaks(std::string_view space) {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < space.size(); ++i) {
        const bool carriage = space[i] == '\r' && !space.substr(i + 1).starts_with('\n');
        if (space[i] == '\n' || carriage) ++count;
    }
    return count;
}

}  // namespace

std::vector<Lexeme> read_lexemes(const Sources& sources, FileId file) {
    const std::string_view text = sources.text(file);
    const TokenPlaces places(text, file);
    antlr4::ANTLRInputStream input{std::string(text)};
    LimitedLexer lexer(&input);
    lexer.removeErrorListeners();
    std::vector<Lexeme> lexemes;
    std::uint32_t end = 0;
    for (bool more = true; more;) {
        const auto token = lexer.nextToken();
        more = token->getType() != antlr4::Token::EOF;
        const Span span = places.of(token.get());
        const std::string_view word = places.text(span);
        lexemes.push_back({more ? kind_of(word) : LexemeKind::kEnd, span, word,
                           count_breaks(text.substr(end, span.begin - end))});
        end = span.end;
    }
    return lexemes;
}

}  // namespace igvm::spec
