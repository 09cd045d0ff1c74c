// The formatter as one call.
#pragma once

#include <filesystem>
#include <string>

#include "igvm/spec/compile.hpp"

namespace igvm::spec {

struct Formatting : Verdict {
    std::string text;      ///< in the one style
    bool changed = false;  ///< it is not what was read
};

/// Formats a file of the language; the file itself stays as it is. Diagnostics: syntax errors.
Formatting format_file(const std::filesystem::path& path, const RenderOptions& options = {});
/// Formats a text that messages call `name`.
Formatting format_source(const std::string& name, std::string text, const RenderOptions& options = {});

}  // namespace igvm::spec
