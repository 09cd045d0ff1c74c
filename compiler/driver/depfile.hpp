// Make's view of what an image was built from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace igvm::spec {

/// One rule in Make's syntax: `target` depends on `files`; all paths absolute, space, '#' and '$' escaped.
std::string depfile(const std::filesystem::path& target, const std::vector<std::filesystem::path>& files);

}  // namespace igvm::spec
