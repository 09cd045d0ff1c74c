// Expressions built by hand. Every node stands at a place of its own.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "syntax/tree.hpp"

namespace igvm::test {

using spec::Expr;
using spec::ExprKind;
using spec::ExprPtr;

inline spec::Span next_span() {
    static std::uint32_t place = 0;
    ++place;
    return {place, place + 1, 0};
}

inline ExprPtr node(ExprKind kind, std::string text = {}, std::uint64_t integer = 0) {
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->span = next_span();
    expr->integer = integer;
    expr->text = std::move(text);
    expr->text_span = expr->span;
    return expr;
}

template <class... Operands>
ExprPtr with(ExprPtr expr, Operands... operands) {
    (expr->operands.push_back(std::move(operands)), ...);
    return expr;
}

inline ExprPtr num(std::uint64_t value) { return node(ExprKind::kInteger, {}, value); }
inline ExprPtr flag(bool value) { return node(ExprKind::kBool, {}, value ? 1 : 0); }
inline ExprPtr str(std::string value) { return node(ExprKind::kString, std::move(value)); }
inline ExprPtr raw(std::string value) { return node(ExprKind::kHex, std::move(value)); }
inline ExprPtr ref(std::string value) { return node(ExprKind::kName, std::move(value)); }
inline ExprPtr bin(ExprPtr a, std::string op, ExprPtr b) {
    return with(node(ExprKind::kBinary, std::move(op)), std::move(a), std::move(b));
}
inline ExprPtr un(std::string op, ExprPtr a) {
    return with(node(ExprKind::kUnary, std::move(op)), std::move(a));
}
inline ExprPtr cond(ExprPtr c, ExprPtr a, ExprPtr b) {
    return with(node(ExprKind::kConditional), std::move(c), std::move(a), std::move(b));
}
inline ExprPtr dot(ExprPtr a, std::string property) {
    return with(node(ExprKind::kMember, std::move(property)), std::move(a));
}
inline ExprPtr at(ExprPtr a, ExprPtr index) {
    return with(node(ExprKind::kIndex), std::move(a), std::move(index));
}
template <class... Elements>
ExprPtr list(Elements... elements) {
    return with(node(ExprKind::kList), std::move(elements)...);
}

/// "f" or "module.f", with positional arguments.
template <class... Arguments>
ExprPtr call(const std::string& name, Arguments... arguments) {
    const auto point = name.find('.');
    auto callee =
        point == std::string::npos ? ref(name) : dot(ref(name.substr(0, point)), name.substr(point + 1));
    auto expr = with(node(ExprKind::kCall), std::move(callee), std::move(arguments)...);
    expr->argument_names.resize(expr->operands.size() - 1);
    return expr;
}

/// Gives argument `index` of a call a name.
inline ExprPtr named(ExprPtr expr, std::size_t index, std::string name) {
    expr->argument_names[index] = {std::move(name), next_span()};
    return expr;
}

inline spec::Declaration declare(spec::Declaration::Kind kind, std::string name, std::string type,
                                 ExprPtr value) {
    spec::Declaration declaration;
    declaration.kind = kind;
    declaration.name = {std::move(name), next_span()};
    if (!type.empty()) declaration.type = spec::Name{std::move(type), next_span()};
    declaration.value = std::move(value);
    declaration.span = declaration.name.span;
    return declaration;
}

}  // namespace igvm::test
