// Platforms and their policies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

/// The platform headers and the policies that the compiler writes right after them.
struct SaidPlatforms {
    std::string text;
    std::vector<std::uint32_t> platforms;  ///< header indices, a block each
    std::uint32_t first_policy = 0;        ///< the policy headers that the blocks stand for
    std::uint32_t policies = 0;

    bool stand_for(const Header& header) const {
        return header.is(HeaderType::kSupportedPlatform) ||
               (header.index >= first_policy && header.index - first_policy < policies);
    }
};

/// Says all platforms, and as many of the policies as stand where the compiler would write them.
SaidPlatforms say_platforms(const Image& image);

}  // namespace igvm::spec::decompiler
