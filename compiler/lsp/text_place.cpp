#include "lsp/text_place.hpp"

#include <algorithm>
#include <array>

namespace igvm::spec::lsp {
namespace {

constexpr std::array<std::string_view, 3> kControls{"when", "else", "for"};
constexpr std::array<std::string_view, 5> kDeclaring{"const", "param", "input", "fragment", "for"};

bool is_control(std::string_view word) { return std::ranges::find(kControls, word) != kControls.end(); }

bool ends_statement(const Lexeme& lexeme) { return lexeme.is(";") || lexeme.is("{") || lexeme.is("}"); }

/// What `{` opens: the words of the statement before it. The platforms of a scope are no name.
OpenBlock head_of(const std::vector<Lexeme>& lexemes, std::size_t statement, std::size_t brace) {
    OpenBlock head;
    if (statement < brace) head.kind = lexemes[statement].text;
    const Lexeme& second = lexemes[std::min(statement + 1, brace)];
    if (statement + 1 < brace && second.kind == LexemeKind::kWord && !second.is("on"))
        head.name = second.text;
    return head;
}

bool is_named_kind(std::string_view kind) {
    return std::ranges::any_of(schema::blocks(), [&](const schema::BlockRow& row) {
        return row.kind == kind && row.naming != schema::Naming::kNone;
    });
}

std::string doc_before(const std::vector<Lexeme>& lexemes, std::size_t statement) {
    std::string doc;
    std::size_t first = statement;
    while (first > 0 && lexemes[first - 1].kind == LexemeKind::kComment) --first;
    for (; first < statement; ++first) {
        if (!lexemes[first].text.starts_with("///")) continue;
        doc += std::string(lexemes[first].text.substr(3)) + "\n";
    }
    return doc;
}

}  // namespace

TextPlace find_place(const std::vector<Lexeme>& lexemes, std::uint32_t offset) {
    TextPlace place;
    std::vector<OpenBlock> open;
    std::size_t i = 0;
    for (; lexemes[i].kind != LexemeKind::kEnd && lexemes[i].span.end <= offset; ++i) {
        const bool typed = lexemes[i].span.end == offset && lexemes[i].kind == LexemeKind::kWord;
        if (typed) break;
        if (lexemes[i].is("{")) open.push_back(head_of(lexemes, place.statement, i));
        if (lexemes[i].is("}") && !open.empty()) open.pop_back();
        const bool leading = lexemes[i].kind == LexemeKind::kComment && place.statement == i;
        if (leading || ends_statement(lexemes[i])) place.statement = i + 1;
    }
    place.word = i;
    for (const OpenBlock& block : open)
        if (!is_control(block.kind)) place.blocks.push_back(block);
    return place;
}

const schema::BlockRow* row_of(const TextPlace& place) {
    if (place.blocks.empty()) return nullptr;
    const OpenBlock& inner = place.blocks.back();
    if (inner.kind == "fragment") return schema::find_block("image", "", "");
    if (place.blocks.size() == 1) return schema::find_block(inner.kind, "", "");
    const OpenBlock& outer = place.blocks[place.blocks.size() - 2];
    return schema::find_block(inner.kind, outer.kind == "fragment" ? "image" : outer.kind, outer.name);
}

std::vector<Symbol> find_symbols(const std::vector<Lexeme>& lexemes, std::string_view text) {
    std::vector<Symbol> symbols;
    std::size_t statement = 0;
    for (std::size_t i = 0; i + 1 < lexemes.size(); ++i) {
        if (lexemes[i].kind == LexemeKind::kComment && statement == i) ++statement;
        if (!ends_statement(lexemes[i])) continue;
        const Lexeme& kind = lexemes[statement];
        const Lexeme& name = lexemes[std::min(statement + 1, i)];
        const bool declares = std::ranges::find(kDeclaring, kind.text) != kDeclaring.end() ||
                              (lexemes[i].is("{") && is_named_kind(kind.text));
        if (declares && name.kind == LexemeKind::kWord && !name.is("on"))
            symbols.push_back({kind.text, name.text, name.span, doc_before(lexemes, statement),
                               text.substr(kind.span.begin, lexemes[i].span.begin - kind.span.begin)});
        statement = i + 1;
    }
    return symbols;
}

}  // namespace igvm::spec::lsp
