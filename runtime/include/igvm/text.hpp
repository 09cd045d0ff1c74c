// Text of unknown origin, made safe to show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace igvm {

/// Bytes of the code point at the front of a text that is not empty; 0 when they are not well-formed UTF-8
/// (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF).
std::size_t utf8_size(std::string_view text);

/// The text as a terminal may show it on one line: a tab is four spaces; each control character, mark that
/// changes the direction of text and byte that is not UTF-8 is U+FFFD.
std::string printable(std::string_view text);

}  // namespace igvm
