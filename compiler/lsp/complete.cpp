#include "lsp/complete.hpp"

#include <set>
#include <string>

#include "lsp/text_place.hpp"
#include "reference/vocabulary.hpp"

namespace igvm::spec::lsp {
namespace {

/// CompletionItemKind of the protocol.
enum Kind {
    kFunction = 3,
    kVariable = 6,
    kClass = 7,
    kModule = 9,
    kProperty = 10,
    kKeyword = 14,
    kEnumMember = 20
};

class Completion {
  public:
    Completion(const std::vector<Lexeme>& lexemes, std::string_view text, std::uint32_t offset)
        : lexemes_(lexemes), text_(text), offset_(offset), place_(find_place(lexemes, offset)) {}

    Json run() {
        if (!inside_literal()) propose();
        return items_;
    }

  private:
    const Lexeme& lexeme(std::size_t index) const { return lexemes_[index]; }
    bool before_is(std::string_view word) const {
        return place_.word > place_.statement && lexeme(place_.word - 1).is(word);
    }

    bool inside_literal() const {
        const Lexeme& here = lexeme(place_.word);
        const bool covered = here.span.begin < offset_ && here.kind != LexemeKind::kWord;
        const bool comment = place_.word > 0 && lexeme(place_.word - 1).kind == LexemeKind::kComment &&
                             lexeme(place_.word - 1).span.end == offset_;
        return covered || comment;
    }

    /// The attribute whose value is being written, or null.
    const schema::AttributeRow* attribute() const {
        const schema::BlockRow* row = row_of(place_);
        return row == nullptr ? nullptr : schema::find_attribute(*row, lexeme(place_.statement).text);
    }

    bool in_scope() const {
        for (std::size_t i = place_.word; i-- > place_.statement;) {
            if (lexeme(i).is("on")) return true;
            if (lexeme(i).is("=") || lexeme(i).is("{")) return false;
        }
        return false;
    }

    void propose() {
        if (place_.word == place_.statement) return propose_statement();
        if (before_is(".")) return propose_members();
        if (before_is(":") && place_.blocks.empty()) return propose_types();
        if (in_scope() || before_is("platform")) return propose_platforms();
        propose_values();
    }

    void propose_statement() {
        if (place_.blocks.empty()) {
            for (const std::string_view word : file_keywords()) add(word, kKeyword, {});
            for (const std::string_view kind : schema::kinds_within("", "")) add_block(kind, "", "");
            return;
        }
        const schema::BlockRow* row = row_of(place_);
        for (const std::string_view word : body_keywords()) add(word, kKeyword, {});
        if (row == nullptr) return;
        for (const schema::AttributeRow& one : row->attributes) add(one.name, kProperty, attribute_text(one));
        for (const std::string_view kind : schema::kinds_within(row->kind, place_.blocks.back().name))
            add_block(kind, row->kind, place_.blocks.back().name);
        if (!row->registers) return;
        for (const Word& word : register_words()) add(word.name, kProperty, word.doc);
    }

    void add_block(std::string_view kind, std::string_view parent, std::string_view parent_name) {
        add(kind, kClass, block_text(*schema::find_block(kind, parent, parent_name)));
    }

    /// After a dot: the functions of a module, or what blocks have.
    void propose_members() {
        const std::string_view owner = lexeme(place_.word >= 2 ? place_.word - 2 : 0).text;
        if (!is_function_module(owner)) {
            for (const Word& word : properties()) add(word.name, kProperty, word.doc);
            return;
        }
        for (const Word& word : function_words())
            if (word.name.size() > owner.size() && word.name.starts_with(owner) &&
                word.name[owner.size()] == '.')
                add(std::string_view(word.name).substr(owner.size() + 1), kFunction, word.doc);
    }

    void propose_types() {
        for (const std::string_view type : declared_types()) add(type, kKeyword, {});
    }

    void propose_platforms() {
        for (const schema::Keyword& platform : schema::platform_names())
            add(platform.name, kEnumMember, std::string(platform.doc));
    }

    /// Where a word of the attribute stands, rather than the condition that chooses it.
    bool wants_word(const schema::AttributeRow& row) const {
        const bool chosen = before_is("=") || before_is("?") || before_is(":");
        return !row.keywords.empty() && (chosen || row.type == schema::AttributeType::kWords);
    }

    void propose_values() {
        const schema::AttributeRow* row = attribute();
        if (row != nullptr && wants_word(*row)) {
            for (const schema::Keyword& word : row->keywords)
                add(word.name, kEnumMember, std::string(word.doc));
            return;
        }
        add("true", kKeyword, {});
        add("false", kKeyword, {});
        for (const Symbol& symbol : find_symbols(lexemes_, text_))
            if (symbol.kind != "fragment" && symbol.kind != "platform" && symbol.kind != "image")
                add(symbol.name, kVariable, symbol.doc);
        for (const Word& word : function_words()) add_function(word);
    }

    /// A function of a module is proposed through its module.
    void add_function(const Word& word) {
        const std::size_t dot = word.name.find('.');
        if (dot == std::string::npos) return add(word.name, kFunction, word.doc);
        add(std::string_view(word.name).substr(0, dot), kModule, {});
    }

    void add(std::string_view label, Kind kind, const std::string& doc) {
        if (!seen_.insert(std::string(label)).second) return;
        Json item = {{"label", label}, {"kind", kind}};
        if (!doc.empty()) item["documentation"] = {{"kind", "markdown"}, {"value", doc}};
        items_.push_back(std::move(item));
    }

    const std::vector<Lexeme>& lexemes_;
    std::string_view text_;
    std::uint32_t offset_;
    TextPlace place_;
    Json items_ = Json::array();
    std::set<std::string> seen_;
};

}  // namespace

Json complete(std::string_view text, std::uint32_t offset) {
    Sources sources;
    const auto file = sources.add("", std::string(text));
    if (!file) return Json::array();
    const auto lexemes = read_lexemes(sources, *file);
    return Completion(lexemes, sources.text(*file), offset).run();
}

}  // namespace igvm::spec::lsp
