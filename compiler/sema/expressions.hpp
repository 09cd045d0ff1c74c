// Expressions, kind by kind.
#pragma once

#include <optional>

#include "sema/evaluator_state.hpp"

namespace igvm::spec {

struct Function;

struct Context {
    Evaluator& evaluator;
    Evaluator::State& state;
    PlatformIndex platform;
};

/// Reports a name that nothing has; poison.
Value unknown_name(const Context& context, const Expr& name);
/// The function that a call names; null after an error was reported.
const Function* called_function(const Context& context, const Expr& call);

/// The value, without the guards of `Evaluator::evaluate`.
Value evaluate_expression(const Context& context, const Expr& expr);

/// "size" or "ovmf.table"; nothing when the callee is not a name.
std::optional<std::string> callee_name(const Expr& callee);

/// `x.y` of `x.y[1][2]`, and "[1][2]" of it; nothing after an error was reported.
const Expr& without_indices(const Expr& expr);
std::optional<std::string> index_path(Evaluator& evaluator, const Expr& expr, PlatformIndex platform);

/// The number of bytes as an integer value, or poison; nothing when only the contents can tell.
std::optional<Value> size_of_expression(const Context& context, const Expr& expr, const Asked& asked);

/// The offset of the entry as an integer value, or poison; nothing when the expression loads no program.
std::optional<Value> entry_of_expression(const Context& context, const Expr& expr);

}  // namespace igvm::spec
