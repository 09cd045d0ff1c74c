#include "expectation.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

namespace igvm::tools {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw CLI::ValidationError("--expect", why); }

std::string digest(const std::string& text) {
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower.empty() || lower.find_first_not_of("0123456789abcdef") != std::string::npos)
        refuse(fmt::format("'{}' is not a hexadecimal digest", text));
    return lower;
}

}  // namespace

Expectation parse_expectation(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return {std::nullopt, std::nullopt, digest(text)};
    const std::string where = text.substr(0, equals);
    const auto at = where.find('@');
    const PlatformInfo* const info = find_platform(where.substr(0, at));
    if (info == nullptr) refuse(fmt::format("'{}' is not a platform", where.substr(0, at)));
    Expectation expected{info->type, std::nullopt, digest(text.substr(equals + 1))};
    if (at == std::string::npos) return expected;
    expected.profile = find_profile(where.substr(at + 1));
    if (!expected.profile) refuse(fmt::format("'{}' is not a profile", where.substr(at + 1)));
    return expected;
}

}  // namespace igvm::tools
