// Numbers and expressions in messages, as the spec writes them.
#pragma once

#include <cstdint>
#include <string>

#include "sema/evaluator_state.hpp"

namespace igvm::spec {

/// Decimal when the numbers that the expression is made of are all written so; hexadecimal otherwise, when
/// there are none (addresses), and for the results of operators on bits.
Notation notation_of(const Evaluator::State& state, const Expr& expr);
/// The same of what an operator works on.
Notation notation_of_operands(const Evaluator::State& state, const Expr& expr);

/// One of == != < <= > >=.
bool is_comparison(const Expr& expr);

/// The expression in one line, as a spec would have it; what is long becomes "…".
std::string expression_text(const Expr& expr);

/// The value of an expression: a number as it was written, else "36 (0x24)"; empty for what does not fit in a
/// line: lists, records and blocks.
std::string value_text(const Expr& expr, const Value& value);

}  // namespace igvm::spec
