#include "syntax/error_strategy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "IgvmSpecLexer.h"
#include "IgvmSpecParser.h"
#include "source/utf8.hpp"
#include "syntax/syntax_help.hpp"

namespace igvm::spec {
namespace {

using Lexer = grammar::IgvmSpecLexer;
using Parser = grammar::IgvmSpecParser;
using antlr4::misc::IntervalSet;

/// What to call a set of expected tokens: the first row whose token is in it.
struct Expectation {
    std::size_t token;
    std::string_view words;
    bool after_previous;  ///< the place is where the previous token ends
};
constexpr std::array<Expectation, 12> kExpectations{{
    {Lexer::NUMBER, "an expression", false},
    {Lexer::SEMI, "';'", true},
    {Lexer::RPAREN, "')'", true},
    {Lexer::RBRACKET, "']'", true},
    {Lexer::RBRACE, "an attribute, a block or '}'", false},
    {Lexer::ASSIGN, "'='", false},
    {Lexer::LBRACE, "'{'", false},
    {Lexer::COLON, "':'", false},
    {Lexer::LPAREN, "'('", false},
    {Lexer::STRING, "a path in quotes", false},
    {Lexer::IDENT, "a name", false},
    {Lexer::IN, "'in'", true},
}};
constexpr Expectation kItem{antlr4::Token::EOF, "a declaration, a block or an assertion", false};

constexpr Expectation kNumber{Lexer::NUMBER, "a version number", false};

Expectation expectation(const IntervalSet& expected) {
    if (expected.size() == 1 && expected.contains(std::size_t{Lexer::NUMBER})) return kNumber;
    const auto found = std::ranges::find_if(
        kExpectations, [&](const Expectation& row) { return expected.contains(row.token); });
    if (found == kExpectations.end() || expected.contains(antlr4::Token::EOF)) return kItem;
    return *found;
}

/// Tokens that cannot be part of any spec, and what to say about them.
struct BadToken {
    std::size_t token;
    Code code;
    std::string_view message, help;
};
constexpr std::array<BadToken, 2> kBadTokens{
    {{Lexer::OPEN_STRING, Code::kBadString, "this string is not closed", "end it with '\"' on the same line"},
     {Lexer::OPEN_HEX, Code::kBadString, "this hex literal is not closed",
      "end it with '\"' on the same line"}}};

/// Rules that are whole statements: recovery goes on after them.
constexpr std::array<std::size_t, 13> kStatements{
    Parser::RuleVersion,     Parser::RuleInclude,      Parser::RuleDeclaration, Parser::RuleAssertion,
    Parser::RuleExpectation, Parser::RuleFragmentItem, Parser::RuleBlock,       Parser::RuleEntry,
    Parser::RuleUse,         Parser::RuleWhen,         Parser::RuleOtherwise,   Parser::RuleLoop,
    Parser::RuleValue};

constexpr std::array<std::size_t, 3> kInsertable{Lexer::SEMI, Lexer::RPAREN, Lexer::RBRACKET};

template <std::size_t size>
bool contains(const std::array<std::size_t, size>& set, std::size_t value) {
    return std::ranges::find(set, value) != set.end();
}

/// A literal that is not closed swallows the rest of its line, with the ';' there.
bool ends_statement(antlr4::Token* token) {
    if (token->getType() == Lexer::SEMI) return true;
    const bool open = token->getType() == Lexer::OPEN_STRING || token->getType() == Lexer::OPEN_HEX;
    return open && token->getText().find(';') != std::string::npos;
}

/// Passes over the rest of a statement: through its ';' or its balanced braces and those of an 'else' after
/// them, or up to the '}' around it.
void skip_statement(antlr4::Parser* parser) {
    std::size_t open = 0;
    for (std::size_t type = parser->getInputStream()->LA(1); type != antlr4::Token::EOF;
         type = parser->getInputStream()->LA(1)) {
        if (type == Lexer::RBRACE && open == 0) return;
        const bool last = open == 0 && ends_statement(parser->getCurrentToken());
        parser->getInputStream()->consume();
        if (type == Lexer::LBRACE) ++open;
        if (type == Lexer::RBRACE && --open == 0 && parser->getInputStream()->LA(1) != Lexer::ELSE) return;
        if (last) return;
    }
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kLongest = 40;
    if (text.size() <= kLongest) return fmt::format("'{}'", text);
    std::size_t end = kLongest;
    while (is_continuation(text[end])) --end;
    return fmt::format("'{}...'", text.substr(0, end));
}

/// A literal that is not closed holds a brace, which is missing elsewhere then.
bool swallows_brace(antlr4::Token* token) {
    const bool open = token->getType() == Lexer::OPEN_STRING || token->getType() == Lexer::OPEN_HEX;
    return open && token->getText().find_first_of("{}") != std::string::npos;
}

/// An entry, rather than the rest of an expression. Precondition: a word comes next.
bool begins_entry(antlr4::Parser* parser) {
    if (parser->getContext()->getRuleIndex() == Parser::RuleUse)
        return parser->getInputStream()->LA(1) != Lexer::ON;
    constexpr std::array<std::size_t, 7> kNever{Lexer::SEMI,     Lexer::COMMA, Lexer::RPAREN, Lexer::RBRACE,
                                                Lexer::RBRACKET, Lexer::PLUS,  Lexer::MINUS};
    return !contains(kNever, parser->getInputStream()->LA(2));
}

}  // namespace

Diagnostic ErrorStrategy::unexpected(antlr4::Parser* parser, antlr4::Token* found,
                                     const IntervalSet& expected) const {
    const Span place = places_.of(found);
    const std::size_t type = found->getType();
    for (const BadToken& bad : kBadTokens) {
        if (type == bad.token) {
            return {bad.code, place, std::string(bad.message), {}, {}, std::string(bad.help)};
        }
    }
    const std::string shown =
        type == antlr4::Token::EOF ? "the end of the file" : quoted(places_.text(place));
    if (type == Lexer::UNKNOWN) {
        return {Code::kSyntax, place, "unexpected character " + shown, {}, {}, syntax_help(*parser)};
    }
    if (type == Lexer::RBRACE && parser->getContext()->getRuleIndex() == Parser::RuleFile) {
        return {Code::kSyntax, place, "this '}' closes nothing", {}, {}, "remove it"};
    }
    const Expectation wanted = expectation(expected);
    Diagnostic diagnostic{
        Code::kSyntax,       place, fmt::format("expected {} before {}", wanted.words, shown), {}, {},
        syntax_help(*parser)};
    antlr4::Token* previous = parser->getTokenStream()->LT(-1);
    if (wanted.after_previous && previous) {
        const Span before = places_.of(previous);
        diagnostic.span = Span{before.end, before.end, before.file};
    }
    return diagnostic;
}

bool ErrorStrategy::follows_from_swallowed_brace(antlr4::Parser* parser, antlr4::Token* found) {
    const std::size_t rule = parser->getContext()->getRuleIndex();
    const bool unbalanced = (rule == Parser::RuleBody && found->getType() == antlr4::Token::EOF) ||
                            (rule == Parser::RuleFile && found->getType() == Lexer::RBRACE);
    if (!unbalanced) return false;
    if (!brace_swallowed_) {
        auto* tokens = static_cast<antlr4::BufferedTokenStream*>(parser->getTokenStream());
        brace_swallowed_ = std::ranges::any_of(tokens->getTokens(), swallows_brace);
    }
    return *brace_swallowed_;
}

void ErrorStrategy::report(antlr4::Parser* parser, antlr4::Token* found, const IntervalSet& expected) {
    if (inErrorRecoveryMode(parser)) return;
    beginErrorCondition(parser);
    if (++errors_ > kMaxErrors) throw antlr4::ParseCancellationException("too many syntax errors");
    if (follows_from_swallowed_brace(parser, found)) return;
    Diagnostic diagnostic = unexpected(parser, found, expected);
    if (parser->getContext()->getRuleIndex() == Parser::RuleBody && found->getType() == antlr4::Token::EOF) {
        antlr4::Token* brace = parser->getContext()->getStart();
        if (brace->getType() == Lexer::LBRACE)
            diagnostic.notes.push_back({places_.of(brace), "this '{' is not closed"});
    }
    diagnostics_.report(std::move(diagnostic));
}

void ErrorStrategy::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
    report(parser, error.getOffendingToken(), error.getExpectedTokens());
}

void ErrorStrategy::reportMissingToken(antlr4::Parser* parser) {
    report(parser, parser->getCurrentToken(), getExpectedTokens(parser));
}

void ErrorStrategy::recover(antlr4::Parser* parser, std::exception_ptr) {
    const antlr4::RuleContext* context = parser->getContext();
    const auto* around = static_cast<const antlr4::RuleContext*>(context->parent);
    const bool after_else = context->getRuleIndex() == Parser::RuleBody && around != nullptr &&
                            around->getRuleIndex() == Parser::RuleOtherwise;
    if (contains(kStatements, context->getRuleIndex()) || after_else) skip_statement(parser);
}

/// Called before every loop and each turn of it. Only lists of statements go on after an error.
void ErrorStrategy::sync(antlr4::Parser* parser) {
    const std::size_t rule = parser->getContext()->getRuleIndex();
    if (rule != Parser::RuleFile && rule != Parser::RuleBody) return;
    const auto& state = *parser->getATN().states[parser->getState()];
    const IntervalSet expected = parser->getATN().nextTokens(&const_cast<antlr4::atn::ATNState&>(state));
    while (!expected.contains(parser->getInputStream()->LA(1))) {
        report(parser, parser->getCurrentToken(), expected);
        if (parser->getInputStream()->LA(1) == antlr4::Token::EOF) return;
        const std::size_t before = parser->getInputStream()->index();
        skip_statement(parser);
        if (parser->getInputStream()->index() == before) parser->getInputStream()->consume();
    }
}

bool ErrorStrategy::singleTokenInsertion(antlr4::Parser* parser) {
    const IntervalSet expected = getExpectedTokens(parser);
    const auto* const wanted =
        std::ranges::find_if(kInsertable, [&](std::size_t token) { return expected.contains(token); });
    if (wanted == kInsertable.end()) return false;
    const std::size_t next = parser->getInputStream()->LA(1);
    if (*wanted == Lexer::SEMI && (next == Lexer::IDENT || next == Lexer::ON) && !begins_entry(parser))
        return false;
    return DefaultErrorStrategy::singleTokenInsertion(parser);
}

antlr4::Token* ErrorStrategy::singleTokenDeletion(antlr4::Parser*) { return nullptr; }

}  // namespace igvm::spec
