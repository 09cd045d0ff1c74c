#include "diagnose/diagnostic.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace igvm::spec {
namespace {

constexpr std::size_t kLongestWord = 64;

bool in_word(unsigned char letter) { return std::isalnum(letter) != 0 || letter == '_'; }

/// Cuts words that nobody reads to their end.
void clip_words(std::string& text) {
    for (auto begin = std::ranges::find_if(text, in_word); begin != text.end();) {
        auto end = std::find_if_not(begin, text.end(), in_word);
        if (static_cast<std::size_t>(end - begin) > kLongestWord) {
            const auto at = begin - text.begin() + static_cast<std::ptrdiff_t>(kLongestWord);
            text.replace(text.begin() + at, end, "...");
            end = text.begin() + at + 3;
        }
        begin = std::find_if(end, text.end(), in_word);
    }
}

}  // namespace

void Diagnostics::report(Diagnostic diagnostic) {
    const auto same_place = [&](const Diagnostic& kept) {
        if (!kept.span || !diagnostic.span)
            return kept.span == diagnostic.span && kept.message == diagnostic.message;
        return kept.span->same_text(*diagnostic.span);
    };
    if (std::ranges::any_of(kept_, same_place)) return;
    ++count_;
    if (kept_.size() >= kMaxKept) return;
    add_expansion_notes(diagnostic);
    clip_words(diagnostic.message);
    clip_words(diagnostic.help);
    kept_.push_back(std::move(diagnostic));
}

/// From the innermost one outwards.
void Diagnostics::add_expansion_notes(Diagnostic& diagnostic) const {
    if (!diagnostic.span) return;
    for (ExpansionId id = diagnostic.span->expansion; id != 0; id = expansions[id].from.expansion)
        diagnostic.notes.push_back({expansions[id].from, expansions[id].label});
}

void Diagnostics::error(Code code, Span span, std::string message, std::string help) {
    report({code, span, std::move(message), {}, {}, std::move(help)});
}

}  // namespace igvm::spec
