#include "decompile/scopes.hpp"

namespace igvm::spec::decompiler {

Scopes::Scopes(const Image& image) : image_(image) {
    for (const SupportedPlatform& platform : image.platforms()) all_ |= platform.compatibility_mask;
}

std::optional<std::string> Scopes::say(std::uint32_t mask) const {
    if (mask == 0 || (mask & ~all_) != 0) return std::nullopt;
    if (mask == all_) return std::string();
    std::string text;
    for (const SupportedPlatform& platform : image_.platforms()) {
        if ((platform.compatibility_mask & mask) == 0) continue;
        text += text.empty() ? " on " : ", ";
        text += find_platform(std::uint8_t{platform.platform_type})->name;
    }
    return text;
}

}  // namespace igvm::spec::decompiler
