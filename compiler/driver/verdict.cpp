#include "driver/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "diagnose/render.hpp"

namespace igvm::spec {
namespace {

bool file_unreadable(const Diagnostics& diagnostics) {
    return std::ranges::any_of(diagnostics.kept(),
                               [](const Diagnostic& each) { return each.code == Code::kFileUnreadable; });
}

Code code_of(LoadError::Kind kind) {
    switch (kind) {
        case LoadError::Kind::kTooLarge:
            return Code::kTooLarge;
        case LoadError::Kind::kNotUtf8:
            return Code::kNotUtf8;
        case LoadError::Kind::kInputOutput:
            break;
    }
    return Code::kFileUnreadable;
}

/// In the order of the text; what has no place comes last.
std::vector<const Diagnostic*> in_text_order(const Diagnostics& diagnostics) {
    std::vector<const Diagnostic*> sorted;
    for (const Diagnostic& each : diagnostics.kept()) sorted.push_back(&each);
    std::ranges::stable_sort(sorted, {}, [](const Diagnostic* each) {
        const Span span = each->span.value_or(Span{});
        return std::tuple(!each->span, span.file, span.begin);
    });
    return sorted;
}

}  // namespace

void conclude(Verdict& verdict, Outcome outcome, const Sources& sources, const Diagnostics& diagnostics,
              const RenderOptions& options) {
    if (outcome == Outcome::kOk && diagnostics.has_errors()) outcome = Outcome::kDiagnostics;
    const bool unreadable = outcome == Outcome::kDiagnostics && file_unreadable(diagnostics);
    verdict.outcome = unreadable ? Outcome::kInputOutput : outcome;
    for (const Diagnostic* diagnostic : in_text_order(diagnostics)) {
        const auto line = diagnostic->span
                              ? sources.position(diagnostic->span->file, diagnostic->span->begin).line
                              : std::uint32_t{0};
        verdict.diagnostics.push_back(
            {render_text(sources, *diagnostic, options.color), render_json(sources, *diagnostic), line});
    }
    verdict.suppressed = diagnostics.count() - diagnostics.kept().size();
}

void report_unloadable(const std::string& name, const LoadError& error, std::optional<Span> from,
                       Diagnostics& diagnostics, std::string help) {
    diagnostics.report({.code = code_of(error.kind),
                        .span = from,
                        .message = fmt::format("cannot read '{}': {}", name, error.detail),
                        .label = {},
                        .notes = {},
                        .help = std::move(help),
                        .file = name});
}

}  // namespace igvm::spec
