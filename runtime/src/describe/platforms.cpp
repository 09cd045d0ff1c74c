#include "describe/platforms.hpp"

#include <algorithm>

namespace igvm {

std::span<const PlatformInfo> platform_table() { return describe::kPlatforms; }

const PlatformInfo* find_platform(std::uint8_t type) {
    const auto row =
        std::ranges::find(describe::kPlatforms, static_cast<PlatformType>(type), &PlatformInfo::type);
    return row == describe::kPlatforms.end() ? nullptr : &*row;
}

const PlatformInfo* find_platform(std::string_view name) {
    const auto row = std::ranges::find(describe::kPlatforms, name, &PlatformInfo::name);
    return row == describe::kPlatforms.end() ? nullptr : &*row;
}

const PlatformInfo& platform_info(PlatformType type) {
    return *find_platform(static_cast<std::uint8_t>(type));
}

std::string platform_text(std::uint8_t type) {
    const PlatformInfo* info = find_platform(type);
    return info == nullptr ? "platform type " + std::to_string(type) : "platform " + std::string(info->name);
}

std::optional<ContextFormat> x64_context_format(PlatformType type) {
    const PlatformInfo* info = find_platform(static_cast<std::uint8_t>(type));
    if (info == nullptr || info->context == ContextFormat::kNone || info->context == ContextFormat::kCca)
        return std::nullopt;
    return info->context;
}

}  // namespace igvm
