// The one way to write a spec.
#pragma once

#include <optional>
#include <string>

#include "diagnose/diagnostic.hpp"
#include "source/source.hpp"

namespace igvm::spec {

/// The widest line, in code points, unless one word or comment is wider.
inline constexpr std::size_t kMaxColumns = 100;

/// The file in the one style: four spaces a level, one space around operators, at most one blank line. What
/// the author wrote on one line stays on one line where that fits; long lists have one element a line. Every
/// word and comment stays, in its order. Nothing when the text has syntax errors, which are reported. The
/// style of a text in the style is that text.
std::optional<std::string> format_text(const Sources& sources, FileId file, Diagnostics& diagnostics);

}  // namespace igvm::spec
