#include "style/spaced_lexemes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "source/utf8.hpp"

namespace igvm::spec {
namespace {

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

constexpr std::array<std::string_view, 4> kNoSpaceBefore{";", ",", ")", "]"};
constexpr std::array<std::string_view, 2> kNoSpaceAfter{"(", "["};
constexpr std::array<std::string_view, 2> kTight{".", ".."};
constexpr std::array<std::string_view, 3> kUnary{"-", "!", "~"};
/// Words that no bracket is a call or an index of.
constexpr std::array<std::string_view, 3> kBeforeExpression{"when", "in", "else"};
constexpr std::array<std::string_view, 12> kNoOperator{"{", "}", "(", ")", "[",  "]",
                                                       ";", ",", "=", ".", "..", "@"};

std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

}  // namespace

SpacedLexemes::SpacedLexemes(std::vector<Lexeme> lexemes)
    : lexemes_(std::move(lexemes)), space_(lexemes_.size()), columns_(1), comments_(1), breaks_(1) {
    match_brackets();
    for (std::size_t i = 0; i < lexemes_.size(); ++i) {
        space_[i] = i > 0 && wants_space(i);
        columns_.push_back(columns_.back() + columns(lexemes_[i].text) + (space_[i] ? 1 : 0));
        comments_.push_back(comments_.back() + (is_comment(i) ? 1 : 0));
        breaks_.push_back(breaks_.back() + lexemes_[i].line_breaks);
    }
}

void SpacedLexemes::match_brackets() {
    match_.resize(lexemes_.size());
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < lexemes_.size(); ++i) {
        const Lexeme& lexeme = lexemes_[i];
        if (lexeme.is("{") || lexeme.is("(") || lexeme.is("[")) open.push_back(i);
        if (open.empty() || !(lexeme.is("}") || lexeme.is(")") || lexeme.is("]"))) continue;
        match_[open.back()] = i;
        open.pop_back();
    }
}

bool SpacedLexemes::is_operand_end(std::size_t index) const {
    const Lexeme& lexeme = lexemes_[index];
    if (lexeme.kind == LexemeKind::kWord) return !contains(kBeforeExpression, lexeme.text);
    return lexeme.kind == LexemeKind::kLiteral || lexeme.is(")") || lexeme.is("]");
}

bool SpacedLexemes::is_unary(std::size_t index) const {
    if (lexemes_[index].kind != LexemeKind::kPunctuation || !contains(kUnary, lexemes_[index].text))
        return false;
    while (index > 0 && is_comment(index - 1)) --index;
    return index == 0 || !is_operand_end(index - 1);
}

bool SpacedLexemes::is_binary(std::size_t index) const {
    const Lexeme& lexeme = lexemes_[index];
    return lexeme.kind == LexemeKind::kPunctuation && !contains(kNoOperator, lexeme.text) && !is_unary(index);
}

bool SpacedLexemes::wants_space(std::size_t index) const {
    const Lexeme& here = lexemes_[index];
    const Lexeme& before = lexemes_[index - 1];
    if (here.kind == LexemeKind::kPunctuation) {
        if (contains(kNoSpaceBefore, here.text) || contains(kTight, here.text)) return false;
        if (here.is("(") || here.is("[")) {
            if (is_operand_end(index - 1)) return false;
        }
    }
    if (before.kind != LexemeKind::kPunctuation) return true;
    return !contains(kNoSpaceAfter, before.text) && !contains(kTight, before.text) && !is_unary(index - 1);
}

}  // namespace igvm::spec
