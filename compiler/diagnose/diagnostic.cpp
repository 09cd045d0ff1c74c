#include "diagnose/diagnostic.hpp"

#include <algorithm>
#include <utility>

namespace igvm::spec {

void Diagnostics::report(Diagnostic diagnostic) {
    const auto same_place = [&](const Diagnostic& kept) {
        return kept.span == diagnostic.span && (kept.span || kept.message == diagnostic.message);
    };
    if (std::ranges::any_of(kept_, same_place)) return;
    ++count_;
    if (kept_.size() < kMaxKept) kept_.push_back(std::move(diagnostic));
}

void Diagnostics::error(Code code, Span span, std::string message, std::string help) {
    report({code, span, std::move(message), {}, {}, std::move(help)});
}

}  // namespace igvm::spec
