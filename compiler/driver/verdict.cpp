#include "driver/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

void conclude(Verdict& verdict, Outcome outcome, const Sources& sources, const Diagnostics& diagnostics,
              const RenderOptions& options) {
    if (outcome == Outcome::kOk && diagnostics.has_errors()) outcome = Outcome::kDiagnostics;
    const bool unreadable = outcome == Outcome::kDiagnostics && file_unreadable(diagnostics);
    verdict.outcome = unreadable ? Outcome::kInputOutput : outcome;
    for (const Diagnostic& diagnostic : diagnostics.kept()) {
        const auto line = diagnostic.span
                              ? sources.position(diagnostic.span->file, diagnostic.span->begin).line
                              : std::uint32_t{0};
        verdict.diagnostics.push_back(
            {render_text(sources, diagnostic, options.color), render_json(sources, diagnostic), line});
    }
    verdict.suppressed = diagnostics.count() - diagnostics.kept().size();
}

void report_unloadable(const std::string& name, const LoadError& error, std::optional<Span> from,
                       Diagnostics& diagnostics) {
    diagnostics.report({.code = code_of(error.kind),
                        .span = from,
                        .message = fmt::format("cannot use '{}': {}", name, error.detail),
                        .label = {},
                        .notes = {},
                        .help = {}});
}

}  // namespace igvm::spec
