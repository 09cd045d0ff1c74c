// Errors as values.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "igvm/rule.hpp"

namespace igvm {

/// Why an operation was refused: the rule that was broken, where, and a sentence with the values.
struct Error {
    Rule rule = Rule::kInternal;
    std::uint64_t offset = 0;  ///< byte offset in the file that the sentence is about
    std::string detail;        ///< a sentence without final period, e.g. "magic is 0x0, not 0x4d564749"

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Rule rule, std::uint64_t offset, std::string detail) {
    return tl::unexpected<Error>(Error{rule, offset, std::move(detail)});
}

/// "IGVM-F002 at offset 0x0: magic is …; help": the one way an Error is shown to a person. What is not about a
/// place in a file has no offset.
std::string to_string(const Error& error);

}  // namespace igvm
