#include "platform_names.hpp"

namespace igvm::tools {

std::string_view platform_name(PlatformType type) {
    const PlatformInfo* const info = find_platform(static_cast<std::uint8_t>(type));
    return info == nullptr ? "unknown" : info->name;
}

std::vector<std::string> platform_names() {
    std::vector<std::string> names;
    for (const PlatformInfo& info : platform_table()) names.emplace_back(info.name);
    return names;
}

PlatformType platform_named(const std::string& name) { return find_platform(std::string_view(name))->type; }

}  // namespace igvm::tools
