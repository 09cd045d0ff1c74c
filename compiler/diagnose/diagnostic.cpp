#include "diagnose/diagnostic.hpp"

#include <algorithm>
#include <utility>

namespace igvm::spec {

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
