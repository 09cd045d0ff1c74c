// Diagnostics as data: a stable code, a place, notes and at most one line of help.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/codes.hpp"
#include "source/expansions.hpp"

namespace igvm::spec {

struct Note {
    std::optional<Span> span;
    std::string message;
};

struct Diagnostic {
    Code code;
    std::optional<Span> span;  ///< none: about the command line or the whole image
    std::string message;       ///< one sentence, lower case, no final period
    std::string label;         ///< printed after the caret; may be empty
    std::vector<Note> notes;
    std::string help;       ///< may be empty
    std::string file = {};  ///< that it is about when there is no place in it
};

/// Collects diagnostics. Keeps the first `kMaxKept` errors and counts the rest.
class Diagnostics {
  public:
    static constexpr std::size_t kMaxKept = 20;

    /// A diagnostic at a place that already has one is dropped: no cascades, and one for all the iterations
    /// of a `for`. Adds the notes that say which expansion it is about.
    void report(Diagnostic diagnostic);
    /// Shorthand for the common case.
    void error(Code code, Span span, std::string message, std::string help = {});

    /// An error that is reported now is kept: only then is its help worth much time.
    bool keeps_more() const { return kept_.size() < kMaxKept; }
    bool has_errors() const { return count_ != 0; }
    std::size_t count() const { return count_; }
    const std::vector<Diagnostic>& kept() const { return kept_; }

    Expansions expansions;  ///< of the text that the spans are about

  private:
    void add_expansion_notes(Diagnostic& diagnostic) const;

    std::vector<Diagnostic> kept_;
    std::size_t count_ = 0;
};

}  // namespace igvm::spec
