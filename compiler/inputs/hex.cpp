#include "inputs/hex.hpp"

#include <fmt/format.h>

namespace igvm::spec {

std::optional<std::uint8_t> hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
    return std::nullopt;
}

tl::expected<std::vector<std::uint8_t>, std::string> parse_hex(std::string_view text) {
    if (text.size() % 2 != 0)
        return tl::unexpected(
            fmt::format("{} hexadecimal digits are not a whole number of bytes", text.size()));
    std::vector<std::uint8_t> bytes(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = hex_digit(text[i]);
        if (!digit) return tl::unexpected(fmt::format("character {} is not a hexadecimal digit", i + 1));
        bytes[i / 2] = static_cast<std::uint8_t>((bytes[i / 2] << 4) | *digit);
    }
    return bytes;
}

}  // namespace igvm::spec
