#include "expectation.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "igvm/measure.hpp"

namespace igvm::tools {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw CLI::ValidationError("--expect", why); }

std::string digest(const std::string& text) {
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower.empty() || lower.size() % 2 != 0 ||
        lower.find_first_not_of("0123456789abcdef") != std::string::npos)
        refuse(fmt::format("'{}' is not a hexadecimal digest", text));
    return lower;
}

std::string digest_of(const PlatformInfo& platform, const std::string& text) {
    const std::string lower = digest(text);
    const auto sizes = digest_sizes(platform.type);
    if (sizes.empty() || std::ranges::count(sizes, lower.size() / 2) != 0) return lower;
    refuse(fmt::format("a digest of {} has {} bytes, '{}' has not", platform.name, fmt::join(sizes, " or "),
                       text));
}

}  // namespace

Expectation parse_expectation(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return {std::nullopt, std::nullopt, digest(text)};
    const std::string where = text.substr(0, equals);
    const auto at = where.find('@');
    const PlatformInfo* const info = find_platform(where.substr(0, at));
    if (info == nullptr) refuse(fmt::format("'{}' is not a platform", where.substr(0, at)));
    Expectation expected{info->type, std::nullopt, digest_of(*info, text.substr(equals + 1))};
    if (at == std::string::npos) return expected;
    expected.profile = find_profile(where.substr(at + 1));
    if (!expected.profile) refuse(fmt::format("'{}' is not a profile", where.substr(at + 1)));
    return expected;
}

}  // namespace igvm::tools
