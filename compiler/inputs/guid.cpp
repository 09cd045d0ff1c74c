#include "inputs/guid.hpp"

#include <cstddef>

#include "inputs/hex.hpp"

namespace igvm::spec {
namespace {

/// The byte of the GUID that each pair of hexadecimal digits stands for, in the order of the text.
constexpr std::array<std::uint8_t, 16> kTextOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::optional<Guid> parse_guid(std::string_view text) {
    if (text.size() != kShape.size()) return std::nullopt;
    Guid guid{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < kShape.size(); ++i) {
        if (kShape[i] == '-') {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const auto value = hex_digit(text[i]);
        if (!value) return std::nullopt;
        std::uint8_t& byte = guid[kTextOrder[digits++ / 2]];
        byte = static_cast<std::uint8_t>((byte << 4) | *value);
    }
    return guid;
}

std::string to_string(const Guid& guid) {
    std::string text(kShape);
    std::size_t digits = 0;
    for (char& c : text) {
        if (c == '-') continue;
        const std::uint8_t byte = guid[kTextOrder[digits / 2]];
        c = kDigits[digits++ % 2 == 0 ? byte >> 4 : byte & 15];
    }
    return text;
}

}  // namespace igvm::spec
