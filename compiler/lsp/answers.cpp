#include "lsp/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "driver/examine.hpp"
#include "lsp/documents.hpp"
#include "lsp/text_place.hpp"
#include "reference/vocabulary.hpp"
#include "style/format_text.hpp"

namespace igvm::spec::lsp {
namespace {

constexpr FileId kBuffer = 0;
constexpr int kErrorSeverity = 1;

std::string location_text(const Sources& sources, Span span) {
    const Position at = sources.position(span.file, span.begin);
    return fmt::format("{}:{}:{}", sources.name(span.file), at.line, at.column);
}

std::string message_of(const Sources& sources, const Diagnostic& diagnostic, bool elsewhere) {
    std::string message = diagnostic.message;
    if (elsewhere) message = location_text(sources, *diagnostic.span) + ": " + message;
    if (!diagnostic.help.empty()) message += "\nhelp: " + diagnostic.help;
    return message;
}

Json related(const Sources& sources, const Diagnostic& diagnostic) {
    Json list = Json::array();
    for (const Note& note : diagnostic.notes)
        if (note.span && !note.message.empty())
            list.push_back({{"location",
                             {{"uri", uri_of(sources.path(note.span->file))},
                              {"range", range_json(sources, *note.span)}}},
                            {"message", note.message}});
    return list;
}

Json start_json() {
    const Json start = {{"line", 0}, {"character", 0}};
    return {{"start", start}, {"end", start}};
}

Json diagnostic_json(const Sources& sources, const Diagnostic& diagnostic) {
    const bool elsewhere = diagnostic.span && diagnostic.span->file != kBuffer;
    const bool here = diagnostic.span && !elsewhere;
    return {{"range", here ? range_json(sources, *diagnostic.span) : start_json()},
            {"severity", kErrorSeverity},
            {"code", code_name(diagnostic.code)},
            {"source", "igvm"},
            {"message", message_of(sources, diagnostic, elsewhere)},
            {"relatedInformation", related(sources, diagnostic)}};
}

/// A text, its words and the one at the offset.
struct Inspection {
    Examination examined;
    std::vector<Lexeme> lexemes;
    TextPlace place;

    const Lexeme& word() const { return lexemes[place.word]; }
    const Lexeme& after() const { return lexemes[std::min(place.word + 1, lexemes.size() - 1)]; }
};

void examine(const Document& document, Examination& result) {
    spec::examine(path_of(document.uri), document.text, document.include_directories, result);
}

std::optional<Inspection> inspect(const Document& document, std::uint32_t offset) {
    std::optional<Inspection> result(std::in_place);
    examine(document, result->examined);
    if (!result->examined.readable) return std::nullopt;
    result->lexemes = read_lexemes(result->examined.sources, kBuffer);
    result->place = find_place(result->lexemes, offset);
    const Lexeme& word = result->word();
    if (word.kind != LexemeKind::kWord || word.span.begin > offset) return std::nullopt;
    return result;
}

/// The declaration of a name, here or in an included file.
std::optional<Symbol> find_symbol(const Inspection& text, std::string_view name) {
    const Sources& sources = text.examined.sources;
    for (FileId file = 0; file < sources.size(); ++file)
        for (Symbol& symbol : find_symbols(read_lexemes(sources, file), sources.text(file)))
            if (symbol.name == name) return std::move(symbol);
    return std::nullopt;
}

std::string function_doc(const Inspection& text) {
    const std::size_t at = text.place.word;
    const std::string name(text.word().text);
    if (at >= 2 && text.lexemes[at - 1].is("."))
        return function_text(std::string(text.lexemes[at - 2].text) + "." + name);
    return text.after().is("(") ? function_text(name) : std::string();
}

std::string register_doc(std::string_view name) {
    for (const Word& word : register_words())
        if (word.name == name) return fmt::format("`{}`: {}", word.name, word.doc);
    return {};
}

/// The first word of a statement: a block or an attribute.
std::string statement_doc(const Inspection& text) {
    const std::string_view name = text.word().text;
    const schema::BlockRow* row = row_of(text.place);
    const std::string_view parent = row == nullptr ? std::string_view() : row->kind;
    const std::string_view parent_name =
        text.place.blocks.empty() ? std::string_view() : text.place.blocks.back().name;
    if (const schema::BlockRow* block = schema::find_block(name, parent, parent_name))
        return block_text(*block);
    if (row == nullptr) return {};
    if (const schema::AttributeRow* attribute = schema::find_attribute(*row, name))
        return attribute_text(*attribute);
    return row->registers ? register_doc(name) : std::string();
}

std::string keyword_doc(const Inspection& text) {
    const schema::BlockRow* row = row_of(text.place);
    const std::string_view name = text.lexemes[text.place.statement].text;
    const schema::AttributeRow* attribute = row == nullptr ? nullptr : schema::find_attribute(*row, name);
    const schema::Keyword* word =
        attribute == nullptr ? nullptr : schema::find_keyword(*attribute, text.word().text);
    return word == nullptr ? std::string() : fmt::format("`{}`: {}", word->name, word->doc);
}

std::string platform_doc(std::string_view name) {
    for (const schema::Keyword& platform : schema::platform_names())
        if (platform.name == name) return fmt::format("`{}`: {}", platform.name, platform.doc);
    return {};
}

std::string symbol_doc(const Inspection& text) {
    const auto symbol = find_symbol(text, text.word().text);
    return symbol ? fmt::format("```igvmspec\n{}\n```\n{}", symbol->line, symbol->doc) : std::string();
}

std::string doc_of(const Inspection& text) {
    if (text.place.word == text.place.statement) return statement_doc(text);
    for (const auto& doc : {function_doc(text), keyword_doc(text), symbol_doc(text)})
        if (!doc.empty()) return doc;
    return platform_doc(text.word().text);
}

}  // namespace

Json diagnostics_of(const Document& document) {
    Examination examined;
    examine(document, examined);
    Json list = Json::array();
    for (const Diagnostic& diagnostic : examined.diagnostics.kept())
        list.push_back(diagnostic_json(examined.sources, diagnostic));
    return list;
}

Json hover(const Document& document, std::uint32_t offset) {
    const auto found = inspect(document, offset);
    const std::string doc = found ? doc_of(*found) : std::string();
    if (doc.empty()) return nullptr;
    return {{"contents", {{"kind", "markdown"}, {"value", doc}}},
            {"range", range_json(found->examined.sources, found->word().span)}};
}

Json definition(const Document& document, std::uint32_t offset) {
    const auto found = inspect(document, offset);
    const auto symbol = found ? find_symbol(*found, found->word().text) : std::nullopt;
    if (!symbol) return nullptr;
    const Sources& sources = found->examined.sources;
    const std::string where =
        symbol->span.file == kBuffer ? document.uri : uri_of(sources.path(symbol->span.file));
    return {{"uri", where}, {"range", range_json(sources, symbol->span)}};
}

Json formatting(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    const auto file = sources.add("", text);
    auto formatted = file ? format_text(sources, *file, diagnostics) : std::nullopt;
    if (!formatted) return nullptr;
    if (*formatted == text) return Json::array();
    const Span all{0, static_cast<std::uint32_t>(text.size()), *file};
    return Json::array({{{"range", range_json(sources, all)}, {"newText", *std::move(formatted)}}});
}

}  // namespace igvm::spec::lsp
