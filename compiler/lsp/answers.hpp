// What the server says of a text.
#pragma once

#include <cstdint>
#include <string>

#include "lsp/utf16.hpp"

namespace igvm::spec::lsp {

/// The diagnostics of the text as the protocol wants them. Those in included files, and those of the
/// whole text, stand at its start.
Json diagnostics_of(const std::string& uri, const std::string& text);
/// A Hover for the word at the byte offset, or null.
Json hover(const std::string& uri, const std::string& text, std::uint32_t offset);
/// The Location of the declaration of the word, in the text or a file that it includes, or null.
Json definition(const std::string& uri, const std::string& text, std::uint32_t offset);
/// TextEdits that bring the text into the style; null when it has syntax errors.
Json formatting(const std::string& text);

}  // namespace igvm::spec::lsp
