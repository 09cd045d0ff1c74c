#include "syntax/token_places.hpp"

#include <algorithm>

#include "source/utf8.hpp"

namespace igvm::spec {
namespace {

/// The lexer's input drops this mark from the front and counts from behind it.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

TokenPlaces::TokenPlaces(std::string_view text, FileId file) : text_(text), file_(file) {
    if (std::ranges::none_of(text, is_continuation)) return;
    std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    for (; at < text.size(); ++at) {
        if (!is_continuation(text[at])) offsets_.push_back(static_cast<std::uint32_t>(at));
    }
    offsets_.push_back(static_cast<std::uint32_t>(text.size()));
}

std::uint32_t TokenPlaces::byte(std::size_t code_point) const {
    if (offsets_.empty()) return static_cast<std::uint32_t>(std::min(code_point, text_.size()));
    return offsets_[std::min(code_point, offsets_.size() - 1)];
}

Span TokenPlaces::of(antlr4::Token* token) const {
    const std::uint32_t begin = byte(token->getStartIndex());
    if (token->getType() == antlr4::Token::EOF) return {begin, begin, file_};
    return {begin, std::max(begin, byte(token->getStopIndex() + 1)), file_};
}

Span TokenPlaces::of(antlr4::ParserRuleContext* context) const {
    const Span first = of(context->getStart());
    antlr4::Token* stop = context->getStop();
    if (!stop || stop->getTokenIndex() < context->getStart()->getTokenIndex()) {
        return {first.begin, first.begin, file_};
    }
    return join(first, of(stop));
}

}  // namespace igvm::spec
