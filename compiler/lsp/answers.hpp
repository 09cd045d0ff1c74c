// What the server says of a text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lsp/utf16.hpp"

namespace igvm::spec::lsp {

/// A text that is open in the editor, and where its includes are looked for beside its own folder.
struct Document {
    const std::string& uri;
    const std::string& text;
    const std::vector<std::filesystem::path>& include_directories;
};

/// The diagnostics of the text as the protocol wants them. Those in included files, and those of the
/// whole text, stand at its start.
Json diagnostics_of(const Document& document);
/// A Hover for the word at the byte offset, or null.
Json hover(const Document& document, std::uint32_t offset);
/// The Location of the declaration of the word, in the text or a file that it includes, or null.
Json definition(const Document& document, std::uint32_t offset);
/// TextEdits that bring the text into the style; null when it has syntax errors.
Json formatting(const std::string& text);

}  // namespace igvm::spec::lsp
