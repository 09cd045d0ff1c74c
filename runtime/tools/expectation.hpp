// --expect, as several verbs take it.
#pragma once

#include <optional>
#include <string>

#include "igvm/launch.hpp"

namespace igvm::tools {

/// A launch digest that must come out.
struct Expectation {
    std::optional<PlatformType> platform;  ///< absent: of some platform
    std::optional<LaunchProfile> profile;
    std::string digest;  ///< lowercase hexadecimal
};

/// Reads PLATFORM[@PROFILE]=HEX, or HEX alone. Throws CLI::ValidationError.
Expectation parse_expectation(const std::string& text);

}  // namespace igvm::tools
