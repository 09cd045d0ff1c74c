// Hexadecimal digits to bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace igvm::spec {

/// 0 to 15; either case.
std::optional<std::uint8_t> hex_digit(char digit);

/// The bytes that pairs of digits spell. The error is a sentence without final period.
tl::expected<std::vector<std::uint8_t>, std::string> parse_hex(std::string_view text);

}  // namespace igvm::spec
