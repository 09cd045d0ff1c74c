#include "reference/vocabulary.hpp"

#include <fmt/format.h>

#include <array>

#include "sema/functions.hpp"
#include "sema/param_text.hpp"
#include "sema/registers.hpp"

namespace igvm::spec {
namespace {

constexpr std::string_view kTypeTexts[] = {"an integer",          "true or false", "bytes", "a word",
                                           "the name of a block", "[first, last]", "a list"};
constexpr std::array<std::string_view, 8> kFileKeywords{"igvmspec", "include", "const",  "param",
                                                        "input",    "assert",  "expect", "fragment"};
constexpr std::array<std::string_view, 5> kBodyKeywords{"assert", "expect", "when", "for", "use"};

std::string signature(const Function& function) {
    std::string text = fmt::format("{}(", function.name);
    const std::size_t last_position = positional_count(function);
    std::size_t count = 0;
    for (const Parameter& parameter : function.parameters) {
        if (parameter.name.empty()) break;
        text += text.ends_with('(') ? "" : ", ";
        text += parameter.optional ? fmt::format("{} = …", parameter.name) : std::string(parameter.name);
        if (++count == last_position && function.variadic) text += ", …";
    }
    return fmt::format("{}) → {}", text, function.result);
}

}  // namespace

std::string type_text(const schema::AttributeRow& attribute) {
    if (attribute.keywords.empty()) return std::string(kTypeTexts[static_cast<std::size_t>(attribute.type)]);
    std::vector<std::string> words;
    for (const schema::Keyword& keyword : attribute.keywords)
        words.push_back(fmt::format("`{}`", keyword.name));
    const bool list = attribute.type == schema::AttributeType::kWords;
    return fmt::format("{}{}", list ? "a list of " : "", fmt::join(words, ", "));
}

std::string attribute_text(const schema::AttributeRow& attribute) {
    return fmt::format("`{}`: {}{}. {}", attribute.name, type_text(attribute),
                       attribute.required ? ", required" : "", attribute.doc);
}

std::string block_text(const schema::BlockRow& block) {
    const std::string header = block.header.empty() ? "" : fmt::format(" ({})", block.header);
    return fmt::format("`{}`{}: {}", block.kind, header, block.doc);
}

std::vector<Word> function_words() {
    std::vector<Word> words;
    for (const std::string_view name : function_names())
        words.push_back({std::string(name), function_text(name)});
    return words;
}

std::string function_text(std::string_view name) {
    const Function* function = find_function(name);
    return function == nullptr ? std::string() : fmt::format("`{}`: {}", signature(*function), function->doc);
}

bool is_function_module(std::string_view name) { return is_module(name); }

std::vector<Word> register_words() {
    std::vector<Word> words;
    for (const Architecture architecture : {Architecture::kX64, Architecture::kAArch64}) {
        for (const x64::RegisterInfo& row : registers_of(architecture))
            words.push_back({std::string(row.name), std::string(row.doc)});
    }
    return words;
}

std::span<const std::string_view> file_keywords() { return kFileKeywords; }
std::span<const std::string_view> body_keywords() { return kBodyKeywords; }
std::vector<std::string_view> declared_types() { return type_names(); }

std::vector<Word> properties() {
    return {{"at", "The first guest physical address."},
            {"end", "The address after the last byte."},
            {"size", "Bytes from `at` to `end`."},
            {"entry", "Where code of the block begins."}};
}

}  // namespace igvm::spec
