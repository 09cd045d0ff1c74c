// Diagnostics for people and for tools.
#pragma once

#include <string>

#include "diagnose/diagnostic.hpp"
#include "source/source.hpp"

namespace igvm::spec {

/// Caret text: the message, the source line with its underline, notes and help. Ends with a newline. Lines
/// that are too long are cut around the place; nothing from the source can control a terminal. A note with a
/// place on the same line and no message becomes a second underline.
std::string render_text(const Sources& sources, const Diagnostic& diagnostic, bool color = false);

/// One JSON object on one line, no newline: code, severity, file, begin, end (bytes), line, column, message,
/// label, notes, help. The place is left out when there is none.
std::string render_json(const Sources& sources, const Diagnostic& diagnostic);

}  // namespace igvm::spec
