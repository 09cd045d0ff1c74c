#include "sema/operators.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace igvm::spec {
namespace {

using Integer = std::uint64_t;

tl::unexpected<OperatorError> fail(Code code, std::string message, std::string help = {}) {
    return tl::unexpected<OperatorError>(OperatorError{code, std::move(message), std::move(help)});
}

/// Two integers, and how a message shows them.
struct Operands {
    Integer a;
    Integer b;
    Notation notation;

    std::string text(std::string_view op) const {
        return fmt::format("{} {} {}", number_text(a, notation), op, number_text(b, notation));
    }
};

tl::unexpected<OperatorError> overflow(const Operands& of, std::string_view op) {
    return fail(Code::kOverflow, of.text(op) + " does not fit in 64 bits");
}

OperatorResult add(const Operands& of) {
    Integer result = 0;
    if (__builtin_add_overflow(of.a, of.b, &result)) return overflow(of, "+");
    return result;
}

OperatorResult subtract(const Operands& of) {
    if (of.b > of.a) return fail(Code::kOverflow, of.text("-") + " is below zero");
    return of.a - of.b;
}

OperatorResult multiply(const Operands& of) {
    Integer result = 0;
    if (__builtin_mul_overflow(of.a, of.b, &result)) return overflow(of, "*");
    return result;
}

OperatorResult divide(const Operands& of) {
    if (of.b == 0) return fail(Code::kDivisionByZero, "division by zero");
    return of.a / of.b;
}

OperatorResult remainder(const Operands& of) {
    if (of.b == 0) return fail(Code::kDivisionByZero, "remainder of a division by zero");
    return of.a % of.b;
}

OperatorResult shift_left(const Operands& of) {
    const auto [a, b, notation] = of;
    if (b >= 64) return fail(Code::kOverflow, fmt::format("a shift by {} is not below 64", b));
    if ((a << b) >> b != a)
        return fail(Code::kOverflow,
                    fmt::format("{} << {} loses bits above the 64th", number_text(a, notation), b));
    return a << b;
}

OperatorResult shift_right(const Operands& of) {
    if (of.b >= 64) return fail(Code::kOverflow, fmt::format("a shift by {} is not below 64", of.b));
    return of.a >> of.b;
}

struct IntegerOperator {
    std::string_view text;
    OperatorResult (*apply)(const Operands&);
};

constexpr auto kIntegerOperators = std::to_array<IntegerOperator>({
    {"+", add},
    {"-", subtract},
    {"*", multiply},
    {"/", divide},
    {"%", remainder},
    {"<<", shift_left},
    {">>", shift_right},
    {"&", [](const Operands& of) -> OperatorResult { return of.a & of.b; }},
    {"|", [](const Operands& of) -> OperatorResult { return of.a | of.b; }},
    {"^", [](const Operands& of) -> OperatorResult { return of.a ^ of.b; }},
    {"<", [](const Operands& of) -> OperatorResult { return of.a < of.b; }},
    {"<=", [](const Operands& of) -> OperatorResult { return of.a <= of.b; }},
    {">", [](const Operands& of) -> OperatorResult { return of.a > of.b; }},
    {">=", [](const Operands& of) -> OperatorResult { return of.a >= of.b; }},
});

tl::unexpected<OperatorError> bad_types(std::string_view op, const Value& left, const Value& right) {
    const bool bytes = op == "+" && std::holds_alternative<model::Blob>(left.data);
    return fail(
        Code::kTypeMismatch,
        fmt::format("operator {} does not work on {} and {}", op, type_phrase(left), type_phrase(right)),
        bytes ? "join bytes with concat(a, b)" : "");
}

OperatorResult compare(std::string_view op, const Value& left, const Value& right) {
    if (left.data.index() != right.data.index()) return bad_types(op, left, right);
    return equal(left, right) == (op == "==");
}

}  // namespace

OperatorResult apply_binary(std::string_view op, const Value& left, const Value& right, Notation notation) {
    if (op == "==" || op == "!=") return compare(op, left, right);
    const auto* a = std::get_if<Integer>(&left.data);
    const auto* b = std::get_if<Integer>(&right.data);
    if (a != nullptr && b != nullptr) {
        const auto* row = std::ranges::find(kIntegerOperators, op, &IntegerOperator::text);
        if (row != kIntegerOperators.end()) return row->apply({*a, *b, notation});
    }
    const auto* s = std::get_if<std::string>(&left.data);
    const auto* t = std::get_if<std::string>(&right.data);
    if (op == "+" && s != nullptr && t != nullptr) return *s + *t;
    return bad_types(op, left, right);
}

OperatorResult apply_unary(std::string_view op, const Value& operand) {
    if (const auto* flag = std::get_if<bool>(&operand.data); flag != nullptr && op == "!") return !*flag;
    const auto* integer = std::get_if<Integer>(&operand.data);
    if (integer != nullptr && op == "~") return ~*integer;
    if (integer != nullptr && op == "-")
        return fail(Code::kOverflow, "integers are unsigned: there is no value below zero");
    return fail(Code::kTypeMismatch,
                fmt::format("operator {} does not work on {}", op, type_phrase(operand)));
}

}  // namespace igvm::spec
