// For each rule a file that breaks it alone, and its good twin.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "igvm/check.hpp"
#include "raw_image.hpp"

namespace igvm::test {

struct Sample {
    Buffer file;
    std::uint64_t offset;  ///< where the bad file's finding points
    std::vector<LoaderModel> loaders = {};
};

struct Case {
    Rule rule;
    Sample (*make)(bool bad);
};

std::span<const Case> file_cases();
std::span<const Case> platform_cases();
std::span<const Case> initialization_cases();
std::span<const Case> relocation_cases();
std::span<const Case> directive_cases();
std::span<const Case> area_cases();
std::span<const Case> vp_context_cases();
std::span<const Case> guest_state_cases();
std::span<const Case> loader_cases();

}  // namespace igvm::test
