// Why an input could not be read as what it is said to be.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "diagnose/codes.hpp"

namespace igvm::spec {

struct InputError {
    Code code;
    std::uint64_t offset = 0;  ///< in the input, of what the sentence is about
    std::string detail;        ///< a sentence without final period
    std::string help;          ///< what to do about it; may be empty
};

template <class T>
using InputResult = tl::expected<T, InputError>;

/// The error as what a function returns.
inline tl::unexpected<InputError> input_error(Code code, std::uint64_t offset, std::string detail) {
    return tl::unexpected<InputError>(InputError{code, offset, std::move(detail), {}});
}

}  // namespace igvm::spec
