// The end of every run over a spec.
#pragma once

#include "diagnose/diagnostic.hpp"
#include "igvm/spec/compile.hpp"
#include "source/source.hpp"

namespace igvm::spec {

/// Sets the outcome and renders the diagnostics in the order of the text. It is never kOk when there are any,
/// and kInputOutput rather than kDiagnostics because of a file that cannot be read.
void conclude(Verdict& verdict, Outcome outcome, const Sources& sources, const Diagnostics& diagnostics,
              const RenderOptions& options);

/// Reports that a text cannot be loaded; `from` is the include that names it.
void report_unloadable(const std::string& name, const LoadError& error, std::optional<Span> from,
                       Diagnostics& diagnostics, std::string help = {});

}  // namespace igvm::spec
