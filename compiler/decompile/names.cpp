#include "decompile/names.hpp"

#include <fmt/format.h>

namespace igvm::spec::decompiler {

std::string Names::take(std::string_view base) {
    std::string name(base);
    while (!taken_.insert(name).second) {
        const auto number = last_.try_emplace(std::string(base), 1).first;
        name = fmt::format("{}_{}", base, ++number->second);
    }
    return name;
}

std::string identifier(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    std::string name = text.empty() || is_digit(text.front()) ? "_" : "";
    for (const char c : text) name += is_letter(c) || is_digit(c) ? c : '_';
    return name;
}

std::string lower_case(std::string_view text) {
    std::string lower;
    for (const char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

}  // namespace igvm::spec::decompiler
