// A spec and everything it includes.
#pragma once

#include <deque>
#include <filesystem>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "source/source.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

struct LoadedFile {
    FileId file;
    Tree tree;
};

struct Loaded {
    std::deque<LoadedFile> files;  ///< the spec first, then its includes in the order met
};

/// Includes that may be open at once.
inline constexpr std::size_t kMaxIncludeDepth = 64;

/// Parses `spec` and its includes, each file once. An include is looked for beside the including file, then
/// in `include_directories`. Reports what cannot be read, and cycles with their chain.
Loaded load(const std::filesystem::path& spec, const std::vector<std::filesystem::path>& include_directories,
            Sources& sources, Diagnostics& diagnostics);
/// The same for a spec that `sources` has already.
Loaded load(FileId spec, const std::vector<std::filesystem::path>& include_directories, Sources& sources,
            Diagnostics& diagnostics);

}  // namespace igvm::spec
