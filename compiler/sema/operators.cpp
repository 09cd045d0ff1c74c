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

tl::unexpected<OperatorError> overflow(Integer a, std::string_view op, Integer b) {
    return fail(Code::kOverflow, fmt::format("{:#x} {} {:#x} does not fit in 64 bits", a, op, b));
}

OperatorResult add(Integer a, Integer b) {
    Integer result = 0;
    if (__builtin_add_overflow(a, b, &result)) return overflow(a, "+", b);
    return result;
}

OperatorResult subtract(Integer a, Integer b) {
    if (b > a) return fail(Code::kOverflow, fmt::format("{:#x} - {:#x} is below zero", a, b));
    return a - b;
}

OperatorResult multiply(Integer a, Integer b) {
    Integer result = 0;
    if (__builtin_mul_overflow(a, b, &result)) return overflow(a, "*", b);
    return result;
}

OperatorResult divide(Integer a, Integer b) {
    if (b == 0) return fail(Code::kDivisionByZero, "division by zero");
    return a / b;
}

OperatorResult remainder(Integer a, Integer b) {
    if (b == 0) return fail(Code::kDivisionByZero, "remainder of a division by zero");
    return a % b;
}

OperatorResult shift_left(Integer a, Integer b) {
    if (b >= 64) return fail(Code::kOverflow, fmt::format("a shift by {} is not below 64", b));
    if ((a << b) >> b != a)
        return fail(Code::kOverflow, fmt::format("{:#x} << {} loses bits above the 64th", a, b));
    return a << b;
}

OperatorResult shift_right(Integer a, Integer b) {
    if (b >= 64) return fail(Code::kOverflow, fmt::format("a shift by {} is not below 64", b));
    return a >> b;
}

struct IntegerOperator {
    std::string_view text;
    OperatorResult (*apply)(Integer, Integer);
};

constexpr auto kIntegerOperators = std::to_array<IntegerOperator>({
    {"+", add},
    {"-", subtract},
    {"*", multiply},
    {"/", divide},
    {"%", remainder},
    {"<<", shift_left},
    {">>", shift_right},
    {"&", [](Integer a, Integer b) -> OperatorResult { return a & b; }},
    {"|", [](Integer a, Integer b) -> OperatorResult { return a | b; }},
    {"^", [](Integer a, Integer b) -> OperatorResult { return a ^ b; }},
    {"<", [](Integer a, Integer b) -> OperatorResult { return a < b; }},
    {"<=", [](Integer a, Integer b) -> OperatorResult { return a <= b; }},
    {">", [](Integer a, Integer b) -> OperatorResult { return a > b; }},
    {">=", [](Integer a, Integer b) -> OperatorResult { return a >= b; }},
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

OperatorResult apply_binary(std::string_view op, const Value& left, const Value& right) {
    if (op == "==" || op == "!=") return compare(op, left, right);
    const auto* a = std::get_if<Integer>(&left.data);
    const auto* b = std::get_if<Integer>(&right.data);
    if (a != nullptr && b != nullptr) {
        const auto* row = std::ranges::find(kIntegerOperators, op, &IntegerOperator::text);
        if (row != kIntegerOperators.end()) return row->apply(*a, *b);
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
