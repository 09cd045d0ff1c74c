// What a spec asks for and offers, without building it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "igvm/spec/compile.hpp"

namespace igvm::spec {

/// A param or an input.
struct OutlinedName {
    std::string name;
    std::string type;
    std::optional<std::string> value;  ///< of the default, as written
    std::string doc;
};

struct OutlinedPlatform {
    std::string name;
    std::string doc;
};

struct Outline : Verdict {
    std::string image;  ///< its name; empty: the file has none
    std::string doc;
    std::vector<OutlinedName> params;  ///< in declaration order, those of includes behind
    std::vector<OutlinedName> inputs;
    std::vector<OutlinedPlatform> platforms;
};

/// Parses a spec and its includes; nothing is evaluated, no input is opened. Diagnostics: syntax errors and
/// includes that cannot be read.
Outline outline(const std::filesystem::path& spec,
                const std::vector<std::filesystem::path>& include_directories = {},
                const RenderOptions& options = {});

}  // namespace igvm::spec
