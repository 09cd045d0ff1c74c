// What the text of a literal means. Numbers of the command line are read here too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace igvm::spec {

struct LiteralError {
    std::string message;     ///< one sentence, lower case, no final period
    std::string help;        ///< the fix; may be empty
    std::size_t offset = 0;  ///< in the text
};

/// A number: decimal with an optional binary suffix K, M, G or T, 0x hexadecimal or 0b binary; '_' may stand
/// between digits.
tl::expected<std::uint64_t, LiteralError> read_number(std::string_view text);

/// What stands between the quotes of a string. Escapes: \\ \" \n \r \t \0 \xHH.
tl::expected<std::string, LiteralError> read_string(std::string_view text);

/// What stands between the quotes of hex"…": pairs of digits; spaces and '_' may separate pairs.
tl::expected<std::string, LiteralError> read_hex(std::string_view text);

}  // namespace igvm::spec
