#include "syntax/parse.hpp"

#include <antlr4-runtime.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "IgvmSpecLexer.h"
#include "IgvmSpecParser.h"
#include "syntax/bridge.hpp"
#include "syntax/error_strategy.hpp"
#include "syntax/limited_lexer.hpp"
#include "syntax/literal.hpp"
#include "syntax/nesting.hpp"
#include "syntax/token_places.hpp"

namespace igvm::spec {
namespace {

using Lexer = grammar::IgvmSpecLexer;

constexpr std::uint64_t kLanguageVersion = 1;

antlr4::Token* visible(const std::vector<antlr4::Token*>& tokens, std::size_t index) {
    for (antlr4::Token* token : tokens) {
        if (token->getChannel() == antlr4::Token::DEFAULT_CHANNEL && index-- == 0) return token;
    }
    return tokens.back();
}

/// Judges the version line, before text of another version gives misleading errors. The version when it is
/// written; a line that is not well formed is left to the parser.
std::optional<std::uint64_t> check_version(const std::vector<antlr4::Token*>& tokens,
                                           const TokenPlaces& places, Diagnostics& diagnostics) {
    antlr4::Token* first = visible(tokens, 0);
    if (first->getType() != Lexer::IGVMSPEC) {
        diagnostics.error(Code::kVersion, places.of(first),
                          "the file does not begin with the language version", "begin it with: igvmspec 1;");
        return std::nullopt;
    }
    antlr4::Token* number = visible(tokens, 1);
    if (number->getType() != Lexer::NUMBER) return std::nullopt;
    const auto value = read_number(places.text(places.of(number)));
    if (!value) {
        diagnostics.error(Code::kVersion, places.of(number), value.error().message, "write: igvmspec 1;");
    } else if (*value != kLanguageVersion) {
        diagnostics.error(Code::kVersion, places.of(number),
                          fmt::format("unknown language version {}", *value),
                          "this tool knows version 1: use a newer tool");
    } else if (places.text(places.of(number)) != "1") {
        diagnostics.error(Code::kVersion, places.of(number), "the version is a plain decimal number",
                          "write: igvmspec 1;");
    }
    return value ? std::optional(*value) : std::nullopt;
}

bool check_limits(const LimitedLexer& lexer, const std::vector<antlr4::Token*>& tokens,
                  const TokenPlaces& places, Diagnostics& diagnostics) {
    if (lexer.too_many()) {
        diagnostics.error(Code::kTooLarge, places.of(tokens.back()),
                          fmt::format("the text has more than {} tokens", kMaxTokens));
        return false;
    }
    if (antlr4::Token* deep = first_too_deep(tokens)) {
        diagnostics.error(
            Code::kNesting, places.of(deep),
            fmt::format("more than {} brackets and operators stand in one another here", kMaxNesting),
            deep->getType() == Lexer::LBRACE ? "" : "give a part of it a name with 'const'");
        return false;
    }
    return true;
}

}  // namespace

Tree parse(const Sources& sources, FileId file, Diagnostics& diagnostics) {
    const std::string_view text = sources.text(file);
    const TokenPlaces places(text, file);
    antlr4::ANTLRInputStream input{std::string(text)};
    LimitedLexer lexer(&input);
    lexer.removeErrorListeners();
    antlr4::CommonTokenStream tokens(&lexer);
    tokens.fill();

    Tree tree;
    const auto all = tokens.getTokens();
    if (!check_limits(lexer, all, places, diagnostics)) return tree;
    tree.version = check_version(all, places, diagnostics);
    if (tree.version && *tree.version != kLanguageVersion) return tree;

    grammar::IgvmSpecParser parser(&tokens);
    parser.removeErrorListeners();
    parser.setErrorHandler(std::make_shared<ErrorStrategy>(places, diagnostics));
    try {
        return to_tree(parser.file(), tokens, places, diagnostics);
    } catch (const antlr4::ParseCancellationException&) {
        return tree;
    }
}

}  // namespace igvm::spec
