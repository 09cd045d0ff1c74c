// Platforms as the command line names them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "igvm/describe.hpp"

namespace igvm::tools {

/// "native", "vbs", …; "unknown" for a type that the format does not define.
std::string_view platform_name(PlatformType type);
/// The names of all platforms, for CLI::IsMember.
std::vector<std::string> platform_names();
/// Precondition: `name` is one of `platform_names()`.
PlatformType platform_named(const std::string& name);

}  // namespace igvm::tools
