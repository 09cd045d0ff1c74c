#include "sema/written.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "igvm/measure.hpp"
#include "syntax/precedence.hpp"

namespace igvm::spec {
namespace {

/// Parts of an expression that are looked at: constants can stand for endlessly much.
constexpr int kMaxParts = 64;
constexpr std::size_t kMaxText = 40;
constexpr std::size_t kMaxShownBytes = 16;

bool is_decimal(std::string_view literal) {
    return literal.find_first_not_of("0123456789_") == std::string_view::npos;
}

bool works_on_bits(const Expr& expr) {
    constexpr std::array<std::string_view, 6> kOperators{"<<", ">>", "&", "|", "^", "~"};
    const bool is_operator = expr.kind == ExprKind::kBinary || expr.kind == ExprKind::kUnary;
    return is_operator && std::ranges::count(kOperators, expr.text) != 0;
}

/// What the literals of an expression are like.
struct Literals {
    bool decimal = false;
    bool other = false;
    int left = kMaxParts;

    Notation notation() const {
        return decimal && !other && left >= 0 ? Notation::kDecimal : Notation::kHexadecimal;
    }
};

void collect(const Evaluator::State& state, const Expr& expr, Literals& found) {
    if (--found.left < 0) return;
    if (expr.kind == ExprKind::kInteger) (is_decimal(expr.text) ? found.decimal : found.other) = true;
    if (works_on_bits(expr)) found.other = true;
    if (expr.kind == ExprKind::kName) {
        const auto row = state.by_name.find(expr.text);
        if (row == state.by_name.end()) return;
        const Declared& declared = state.declared[row->second];
        const ExprPtr& value = declared.declaration->value;
        if (!declared.param && value) collect(state, *value, found);
    }
    for (const ExprPtr& operand : expr.operands) collect(state, *operand, found);
}

std::string arguments_text(const Expr& call) {
    std::string text;
    for (std::size_t i = 1; i < call.operands.size(); ++i) {
        if (i > 1) text += ", ";
        const std::string& name = call.argument_names[i - 1].text;
        if (!name.empty()) text += name + " = ";
        text += expression_text(*call.operands[i]);
    }
    return text;
}

std::string chain_text(const Expr& chain) {
    std::string text = expression_text(*chain.operands[0]);
    for (std::size_t i = 1; i < chain.operands.size() && text.size() <= kMaxText; ++i)
        text += fmt::format(" {} {}", chain.text, expression_text(*chain.operands[i]));
    return text;
}

std::string whole_text(const Expr& expr) {
    const auto operand = [&](std::size_t i) { return expression_text(*expr.operands[i]); };
    switch (expr.kind) {
        case ExprKind::kInteger:
            return expr.text.empty() ? std::to_string(expr.integer) : expr.text;
        case ExprKind::kBool:
            return expr.integer != 0 ? "true" : "false";
        case ExprKind::kName:
            return expr.text;
        case ExprKind::kUnary:
            return expr.text + operand(0);
        case ExprKind::kBinary:
            return chain_text(expr);
        case ExprKind::kMember:
            return fmt::format("{}.{}", operand(0), expr.text);
        case ExprKind::kIndex:
            return fmt::format("{}[{}]", operand(0), operand(1));
        case ExprKind::kCall:
            return fmt::format("{}({})", operand(0), arguments_text(expr));
        case ExprKind::kPoison:
        case ExprKind::kString:
        case ExprKind::kHex:
        case ExprKind::kList:
        case ExprKind::kConditional:
        case ExprKind::kKnown:
            break;
    }
    return "…";
}

}  // namespace

Notation notation_of(const Evaluator::State& state, const Expr& expr) {
    Literals found;
    collect(state, expr, found);
    return found.notation();
}

Notation notation_of_operands(const Evaluator::State& state, const Expr& expr) {
    Literals found;
    for (const ExprPtr& operand : expr.operands) collect(state, *operand, found);
    return found.notation();
}

bool is_comparison(const Expr& expr) {
    const int level = precedence_of(expr.text);
    return expr.kind == ExprKind::kBinary && level >= precedence_of("==") && level <= precedence_of("<");
}

std::string expression_text(const Expr& expr) {
    std::string text = whole_text(expr);
    if (text.size() > kMaxText) return "…";
    return expr.bracketed && expr.kind == ExprKind::kBinary ? fmt::format("({})", text) : text;
}

std::string value_text(const Expr& expr, const Value& value) {
    if (expr.kind == ExprKind::kInteger && !expr.text.empty()) return expr.text;
    if (const auto* number = std::get_if<std::uint64_t>(&value.data))
        return *number < 10 ? fmt::format("{}", *number) : fmt::format("{} ({:#x})", *number, *number);
    if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&value.data))
        return text->size() > kMaxText ? fmt::format("a string of {} bytes", text->size())
                                       : fmt::format("\"{}\"", *text);
    if (const auto* blob = std::get_if<model::Blob>(&value.data))
        return blob->bytes.size() > kMaxShownBytes ? fmt::format("{} bytes", blob->bytes.size())
                                                   : fmt::format("hex\"{}\"", hex(blob->bytes));
    return {};
}

}  // namespace igvm::spec
