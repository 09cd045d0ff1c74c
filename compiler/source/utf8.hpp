// What the compiler needs to know about UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace igvm::spec {

/// True for a byte that continues a code point.
constexpr bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Bytes of the code point at the front of a valid, non-empty text.
constexpr std::size_t code_point_size(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && is_continuation(text[size])) ++size;
    return size;
}

/// The offset of the first byte that does not belong to well-formed UTF-8 (RFC 3629: no overlong forms, no
/// surrogates, nothing past U+10FFFF).
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

}  // namespace igvm::spec
