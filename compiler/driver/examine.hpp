// What is wrong with a spec that is being written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "driver/load.hpp"
#include "source/source.hpp"

namespace igvm::spec {

/// A text in memory with everything it includes from disk.
struct Examination {
    Sources sources;  ///< the text is file 0
    Diagnostics diagnostics;
    bool readable = false;  ///< the text could be taken at all
};

/// Parses, evaluates and binds the text that stands, or will stand, at `path`. A param or input without value
/// is no error here, and what depends on it is not judged. Nothing is built or measured. Includes are looked
/// for beside the text and in the directories.
void examine(const std::filesystem::path& path, std::string text,
             const std::vector<std::filesystem::path>& include_directories, Examination& result);

}  // namespace igvm::spec
