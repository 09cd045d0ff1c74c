// Writes the part of the language reference that the tables of the compiler say.
//
//   language_reference FILE           puts it between the marks in FILE
//   language_reference --check FILE   fails when what stands there is not it
//   language_reference --words        prints every word, for what colours and completes text
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "igvm/file.hpp"
#include "reference/vocabulary.hpp"

namespace igvm::spec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBegin = "<!-- vocabulary: written by the target language_reference -->\n";
constexpr std::string_view kEnd = "<!-- end of the vocabulary -->\n";

/// `|` would end the cell of a table.
std::string cell(std::string_view text) {
    std::string result;
    for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
    return result;
}

std::string where(const schema::BlockRow& block) {
    if (block.parent.empty()) return "at file level";
    if (block.within.empty()) return fmt::format("in `{}`", block.parent);
    return fmt::format("in `{} {}`", block.parent,
                       fmt::join(block.within, fmt::format("`, `{} ", block.parent)));
}

std::string naming(schema::Naming naming) {
    constexpr std::string_view kTexts[] = {"has no name", "has a name", "may have a name"};
    return std::string(kTexts[static_cast<std::size_t>(naming)]);
}

std::string keyword_rows(const schema::AttributeRow& attribute) {
    std::string text;
    for (const schema::Keyword& word : attribute.keywords)
        text += fmt::format("<br>`{}`: {}", word.name, cell(word.doc));
    return text;
}

std::string attribute_table(std::span<const schema::AttributeRow> attributes) {
    std::string text = "| attribute | value | |\n|---|---|---|\n";
    for (const schema::AttributeRow& one : attributes)
        text += fmt::format("| `{}`{} | {} | {}{} |\n", one.name, one.required ? " (required)" : "",
                            type_text(one), cell(one.doc), keyword_rows(one));
    return text + "\n";
}

std::string block_section(const schema::BlockRow& block) {
    std::string text = fmt::format(
        "### `{}` {}\n\n{} It stands {}, {}{}{}.", block.kind, where(block), block.doc,
        block.also_in.empty() ? where(block) : fmt::format("{} or `{}`", where(block), block.also_in),
        naming(block.naming), block.scoped ? ", may have a scope (`on snp`)" : "",
        block.repeatable ? "" : ", and stands there once");
    if (!block.header.empty()) text += fmt::format(" In the file: {}.", block.header);
    if (block.registers) text += " Besides these attributes it takes every register by its name.";
    text += "\n\n";
    return block.attributes.empty() ? text : text + attribute_table(block.attributes);
}

std::string word_table(const char* title, const std::vector<Word>& words) {
    std::string text = fmt::format("| {} | |\n|---|---|\n", title);
    for (const Word& word : words) text += fmt::format("| `{}` | {} |\n", word.name, cell(word.doc));
    return text + "\n";
}

std::string vocabulary() {
    std::string text(kBegin);
    text += "\n## Blocks and attributes\n\n";
    for (const schema::BlockRow& block : schema::blocks()) text += block_section(block);
    text += "## Platforms\n\n";
    std::vector<Word> platforms;
    for (const schema::Keyword& one : schema::platform_names())
        platforms.push_back({std::string(one.name), std::string(one.doc)});
    text += word_table("platform", platforms);
    text += "## Registers of x64\n\n" + word_table("register", register_words());
    text +=
        "## Functions\n\nAn argument shown as `name = …` may be left out; any argument may be given by its "
        "name.\n\n";
    for (const Word& function : function_words()) text += fmt::format("- {}\n", function.doc);
    return text + "\n" + std::string(kEnd);
}

void put(Json& list, std::string_view word) {
    if (std::ranges::find(list, Json(word)) == list.end()) list.push_back(word);
}

std::string words() {
    Json json = {{"keywords", Json::array()}, {"blocks", Json::array()},    {"attributes", Json::array()},
                 {"values", Json::array()},   {"functions", Json::array()}, {"types", Json::array()}};
    for (const std::string_view word : file_keywords()) put(json["keywords"], word);
    for (const std::string_view word : body_keywords()) put(json["keywords"], word);
    for (const std::string_view word : declared_types()) put(json["types"], word);
    for (const Word& word : function_words()) put(json["functions"], word.name);
    for (const schema::Keyword& word : schema::platform_names()) put(json["values"], word.name);
    for (const schema::BlockRow& block : schema::blocks()) {
        put(json["blocks"], block.kind);
        for (const schema::AttributeRow& attribute : block.attributes) {
            put(json["attributes"], attribute.name);
            for (const schema::Keyword& word : attribute.keywords) put(json["values"], word.name);
        }
    }
    return json.dump(2) + "\n";
}

/// The file with its vocabulary part as it should be; nothing when it has no place for one.
std::optional<std::string> renewed(std::string_view text) {
    const std::size_t begin = text.find(kBegin), end = text.find(kEnd);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::nullopt;
    return std::string(text.substr(0, begin)) + vocabulary() + std::string(text.substr(end + kEnd.size()));
}

int fail(std::string_view message) {
    fmt::print(stderr, "error: {}\n", message);
    return 1;
}

int renew(const char* path, bool check) {
    const auto file = MappedFile::open(path);
    if (!file) return fail(to_string(file.error()));
    const std::string_view text(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size());
    const auto whole = renewed(text);
    if (!whole) return fail(fmt::format("{} has no marks for the vocabulary", path));
    if (*whole == text) return 0;
    if (check) return fail(fmt::format("{} is stale: build the target language_reference", path));
    const auto written =
        replace_file(path, {reinterpret_cast<const std::uint8_t*>(whole->data()), whole->size()});
    return written ? 0 : fail(to_string(written.error()));
}

}  // namespace
}  // namespace igvm::spec

int main(int argc, char** argv) {
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (argc == 2 && first == "--words") {
        fmt::print("{}", igvm::spec::words());
        return 0;
    }
    if (argc == 3 && first == "--check") return igvm::spec::renew(argv[2], true);
    if (argc == 2) return igvm::spec::renew(argv[1], false);
    return igvm::spec::fail("takes [--check] FILE, or --words");
}
