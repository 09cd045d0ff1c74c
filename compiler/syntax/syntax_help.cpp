#include "syntax/syntax_help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "IgvmSpecLexer.h"
#include "IgvmSpecParser.h"
#include "diagnose/suggest.hpp"

namespace igvm::spec {
namespace {

using Lexer = grammar::IgvmSpecLexer;
using Parser = grammar::IgvmSpecParser;
using Context = antlr4::ParserRuleContext;

constexpr std::array<std::size_t, 5> kDeclarationWords{Lexer::CONST, Lexer::PARAM, Lexer::INPUT,
                                                       Lexer::INCLUDE, Lexer::FRAGMENT};

/// The place of an error: the tokens around it and the rules that are open.
class Place {
  public:
    explicit Place(antlr4::Parser& parser) : parser_(parser), tokens_(*parser.getTokenStream()) {}

    /// 1: the token where the error is; 2: the next; -1: the one before it.
    std::size_t type(int offset) const {
        antlr4::Token* token = tokens_.LT(offset);
        return token == nullptr ? antlr4::Token::EOF : token->getType();
    }
    std::string text(int offset) const {
        antlr4::Token* token = tokens_.LT(offset);
        return token == nullptr ? std::string() : token->getText();
    }
    bool touches(int left, int right) const {
        return tokens_.LT(left)->getStopIndex() + 1 == tokens_.LT(right)->getStartIndex();
    }

    std::size_t rule() const { return parser_.getContext()->getRuleIndex(); }
    /// The innermost open rule of that kind, or null.
    const Context* open(std::size_t rule) const {
        for (const antlr4::tree::ParseTree* at = parser_.getContext(); at != nullptr; at = at->parent) {
            const auto* context = static_cast<const Context*>(at);
            if (context->getRuleIndex() == rule) return context;
        }
        return nullptr;
    }
    /// What stands here begins with this word: the entry of a body, else the block of a file.
    std::string first_word() const {
        const Context* context = open(Parser::RuleEntry);
        if (context == nullptr) context = open(Parser::RuleBlock);
        return context == nullptr ? std::string() : context->start->getText();
    }

    /// Before the '{' of a block at file level.
    bool in_head_of_file_block() const {
        const auto* context = static_cast<const Context*>(parser_.getContext());
        if (context->getRuleIndex() == Parser::RuleBody && context->start == tokens_.LT(1))
            context = static_cast<const Context*>(context->parent);
        return context->getRuleIndex() == Parser::RuleBlock;
    }

  private:
    antlr4::Parser& parser_;
    antlr4::TokenStream& tokens_;
};

std::string comment(const Place& place) {
    const bool star = place.type(1) == Lexer::SLASH && place.type(2) == Lexer::STAR;
    return star || place.text(1) == "#" ? "a comment begins with //" : "";
}

std::string semicolon_after_block(const Place& place) {
    const bool between = place.rule() == Parser::RuleBody || place.rule() == Parser::RuleFile;
    return place.type(1) == Lexer::SEMI && between && place.type(-1) == Lexer::RBRACE
               ? "a block ends with '}' alone"
               : "";
}

std::string declaration_in_block(const Place& place) {
    for (const Context* at = place.open(Parser::RuleEntry); at != nullptr;
         at = static_cast<const Context*>(at->parent)) {
        if (at->getRuleIndex() == Parser::RuleEntry &&
            std::ranges::count(kDeclarationWords, at->start->getType()) != 0)
            return "declarations, fragments and includes stand outside the image";
    }
    return {};
}

std::string condition(const Place& place) {
    if (place.text(1) == "if" && place.type(-1) == Lexer::ELSE) return "write 'else when (…) { … }'";
    return place.first_word() == "if" ? "conditions are written 'when (…) { … }'" : "";
}

std::string comparison(const Place& place) {
    const bool compares =
        place.open(Parser::RuleWhen) != nullptr || place.open(Parser::RuleAssertion) != nullptr;
    const bool in_body = place.rule() == Parser::RuleEntry || place.rule() == Parser::RuleBody;
    return place.type(1) == Lexer::ASSIGN && compares && !in_body ? "compare with ==" : "";
}

std::string fraction(const Place& place) {
    return place.type(1) == Lexer::NUMBER && place.type(-1) == Lexer::DOT && place.type(-2) == Lexer::NUMBER
               ? "numbers have no fractions: take a smaller unit"
               : "";
}

/// `4 K`
std::string loose_suffix(const Place& place) {
    const std::string suffix = place.text(1);
    const bool known = suffix.size() == 1 && std::string_view("KMGT").find(suffix) != std::string_view::npos;
    return known && place.type(-1) == Lexer::NUMBER ? fmt::format("write {}{}", place.text(-1), suffix) : "";
}

std::string dash_in_name(const Place& place) {
    const bool dash = place.type(1) == Lexer::MINUS && place.type(-1) == Lexer::IDENT && place.touches(-1, 1);
    const bool in_name = place.open(Parser::RuleValue) == nullptr && place.open(Parser::RuleBlock) != nullptr;
    return dash && in_name ? "names have letters, digits and _" : "";
}

std::string scoped_use(const Place& place) {
    return place.type(1) == Lexer::ON && place.rule() == Parser::RuleUse
               ? "a use takes no 'on': the blocks and attributes of the fragment do"
               : "";
}

std::string nearly(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::count(words, word) == 0 ? did_you_mean(word, std::vector(words)) : "";
}

/// A word that is nearly one with which something else begins.
std::string misspelt(const Place& place) {
    const std::string word = place.first_word();
    if (place.in_head_of_file_block())
        return nearly(word, {"const", "param", "input", "include", "assert", "expect", "fragment", "image"});
    if (place.rule() != Parser::RuleEntry) return {};
    if (place.type(1) == Lexer::IN) return nearly(word, {"for"});
    return place.type(1) == Lexer::LPAREN ? nearly(word, {"assert", "expect", "when", "use"}) : "";
}

std::string fragment_without_use(const Place& place) {
    const Context* entry = place.open(Parser::RuleEntry);
    const bool called = place.rule() == Parser::RuleEntry && place.type(1) == Lexer::LPAREN;
    if (!called || place.text(-1) != entry->start->getText()) return {};
    return fmt::format("a fragment is put in with 'use {}(…);'", place.text(-1));
}

/// `platform native;`
std::string block_without_body(const Place& place) {
    const bool named = place.rule() == Parser::RuleEntry && place.type(1) == Lexer::SEMI &&
                       place.type(-1) == Lexer::IDENT && place.type(-2) == Lexer::IDENT;
    return named ? fmt::format("write '{} {} {{ }}'", place.text(-2), place.text(-1)) : "";
}

using Help = std::string (*)(const Place&);

/// The first that has something to say is the one.
constexpr std::array kHelps = std::to_array<Help>({
    comment,
    semicolon_after_block,
    declaration_in_block,
    condition,
    comparison,
    fraction,
    loose_suffix,
    dash_in_name,
    scoped_use,
    misspelt,
    fragment_without_use,
    block_without_body,
});

}  // namespace

std::string syntax_help(antlr4::Parser& parser) {
    const Place place(parser);
    for (const Help help : kHelps) {
        if (std::string text = help(place); !text.empty()) return text;
    }
    return {};
}

}  // namespace igvm::spec
