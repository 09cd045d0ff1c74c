// The operators that work on two values, and the prefix operators.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "diagnose/codes.hpp"
#include "sema/value.hpp"

namespace igvm::spec {

/// Why an operator has no result.
struct OperatorError {
    Code code;
    std::string message;
    std::string help;
};
using OperatorResult = tl::expected<decltype(Value::data), OperatorError>;

/// All binary operators but && and ||, which do not always evaluate their right side. Neither side is poison.
/// Messages show numbers in the notation.
OperatorResult apply_binary(std::string_view op, const Value& left, const Value& right,
                            Notation notation = Notation::kHexadecimal);

/// "!" and "~". `operand` is not poison.
OperatorResult apply_unary(std::string_view op, const Value& operand);

}  // namespace igvm::spec
