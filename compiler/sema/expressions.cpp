#include "sema/expressions.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sema/functions.hpp"
#include "sema/operators.hpp"
#include "sema/written.hpp"
#include "syntax/precedence.hpp"

namespace igvm::spec {
namespace {

Value literal_integer(const Context&, const Expr& expr) { return {expr.integer, {}}; }
Value literal_bool(const Context&, const Expr& expr) { return {expr.integer != 0, {}}; }
Value literal_string(const Context&, const Expr& expr) { return {expr.text, {}}; }
Value poison(const Context&, const Expr&) { return {}; }
Value known(const Context& context, const Expr& expr) {
    return context.state.known[static_cast<std::size_t>(expr.integer)];
}

/// A copy: the model may outlive the tree.
Value literal_hex(const Context& context, const Expr& expr) {
    if (context.state.allowance.take_memory(expr.text.size()))
        return Call::result({expr.text.begin(), expr.text.end()});
    context.state.exhaust(expr.span);
    return {};
}

Value name(const Context& context, const Expr& expr) {
    if (Declared* declared = context.state.find(expr.text)) {
        context.state.settle(context.evaluator, *declared, context.platform);
        return context.state.value_of(context.evaluator, *declared, context.platform);
    }
    if (context.state.scope != nullptr)
        if (auto block = context.state.scope->find_block(expr.text, expr.span)) return *std::move(block);
    return unknown_name(context, expr);
}

Value list(const Context& context, const Expr& expr) {
    List elements;
    bool poisoned = false;
    for (const auto& operand : expr.operands) {
        elements.push_back(context.evaluator.evaluate(*operand, context.platform));
        poisoned |= elements.back().poisoned();
    }
    if (poisoned) return {};
    return {std::move(elements), {}};
}

Value failed(const Context& context, OperatorError error, Span place) {
    context.state.diagnostics.error(error.code, place, std::move(error.message), std::move(error.help));
    return {};
}

Value unary(const Context& context, const Expr& expr) {
    const Value operand = context.evaluator.evaluate(*expr.operands[0], context.platform);
    if (operand.poisoned()) return {};
    auto result = apply_unary(expr.text, operand);
    if (!result) return failed(context, std::move(result.error()), expr.span);
    return {*std::move(result), {}};
}

/// The first operand that decides, else the last one.
Value short_circuit(const Context& context, const Expr& expr) {
    const std::string what = "an operand of " + expr.text;
    const bool decisive = expr.text == "||";
    for (const ExprPtr& operand : expr.operands) {
        const auto value = context.evaluator.boolean(*operand, context.platform, what);
        if (!value) return {};
        if (*value == decisive) return {decisive, {}};
    }
    return {!decisive, {}};
}

/// Bytes that comparing the value reads, or steps over.
std::uint64_t reading(const Value& value) {
    const auto* blob = std::get_if<model::Blob>(&value.data);
    if (blob != nullptr) return blob->bytes.size();
    std::uint64_t total = 0;
    if (const auto* elements = std::get_if<List>(&value.data))
        for (const Value& element : *elements) total += sizeof(Value) + reading(element);
    if (const auto* record = std::get_if<Record>(&value.data))
        for (const Member& field : **record) total += reading(field.value);
    return total;
}

/// The operands of `expr` up to the one at `last`; all of it where that one stands for a name.
Span up_to(const Expr& expr, Span last) {
    const bool inside = last.file == expr.span.file && last.expansion == expr.span.expansion &&
                        last.begin >= expr.span.begin && last.end <= expr.span.end;
    return inside ? join(expr.span, last) : expr.span;
}

/// The comparisons that were meant by one of a comparison.
std::string compared_twice(const Expr& left, std::string_view op, const Expr& right) {
    const Expr& middle = *left.operands.back();
    return fmt::format("compare twice: {} && {} {} {}", expression_text(left), expression_text(middle), op,
                       expression_text(right));
}

/// The brackets that were meant, where operand `i` or the one before is a comparison because that binds more
/// tightly.
std::string brackets_help(const Expr& expr, std::size_t i) {
    const Expr& left = *expr.operands[i - 1];
    const Expr& right = *expr.operands[i];
    const auto text = [](const Expr& operand) { return expression_text(operand); };
    const auto looser = [&](const Expr& operand) {
        return is_comparison(operand) && operand.operands.size() == 2 && !operand.bracketed &&
               precedence_of(expr.text) < precedence_of(operand.text);
    };
    if (looser(right))
        return fmt::format("{0} is looser than {1}: write ({2} {0} {3}) {1} {4}", expr.text, right.text,
                           text(left), text(*right.operands[0]), text(*right.operands[1]));
    if (looser(left))
        return fmt::format("{0} is looser than {1}: write {2} {1} ({3} {0} {4})", expr.text, left.text,
                           text(*left.operands[0]), text(*left.operands[1]), text(right));
    if (!is_comparison(expr)) return {};
    if (i > 1)
        return fmt::format("compare twice: {0} {1} {2} && {2} {1} {3}", text(*expr.operands[i - 2]),
                           expr.text, text(left), text(right));
    return is_comparison(left) && !left.bracketed ? compared_twice(left, expr.text, right) : "";
}

/// Why operand `i` cannot be combined with those before it, whose value is `left`.
Value refuse(const Context& context, const Expr& expr, std::size_t i, const Value& left, const Value& right) {
    auto error = apply_binary(expr.text, left, right, notation_of_operands(context.state, expr)).error();
    if (error.code == Code::kTypeMismatch && error.help.empty()) error.help = brackets_help(expr, i);
    return failed(context, std::move(error), up_to(expr, expr.operands[i]->span));
}

/// What operand `i` makes of the value of those before it.
Value combined(const Context& context, const Expr& expr, std::size_t i, const Value& left,
               const Value& right) {
    if (left.poisoned() || right.poisoned()) return {};
    auto& allowance = context.state.allowance;
    if (allowance.take_reading(reading(left))) {
        auto result = apply_binary(expr.text, left, right);
        if (!result) return refuse(context, expr, i, left, right);
        const auto* text = std::get_if<std::string>(&*result);
        if (allowance.take_memory(text == nullptr ? 0 : text->size())) return {*std::move(result), {}};
    }
    context.state.exhaust(expr.span);
    return {};
}

Value binary(const Context& context, const Expr& expr) {
    if (expr.text == "&&" || expr.text == "||") return short_circuit(context, expr);
    Value value = context.evaluator.evaluate(*expr.operands[0], context.platform);
    for (std::size_t i = 1; i < expr.operands.size(); ++i) {
        const Value right = context.evaluator.evaluate(*expr.operands[i], context.platform);
        value = combined(context, expr, i, value, right);
    }
    return value;
}

Value conditional(const Context& context, const Expr& expr) {
    const Expr* branch = context.evaluator.chosen(expr, context.platform);
    if (branch == nullptr) return {};
    if (context.state.placed.expr == &expr) context.state.placed.expr = branch;
    return context.evaluator.evaluate(*branch, context.platform);
}

std::string size_help(const Value& value) {
    if (std::holds_alternative<model::Blob>(value.data)) return "the number of bytes is size(…)";
    const bool counted =
        std::holds_alternative<List>(value.data) || std::holds_alternative<std::string>(value.data);
    return counted ? "its length is len(…)" : "";
}

Value record_member(const Context& context, const Record& record, const Name& name) {
    const auto field = std::ranges::find(*record, name.text, &Member::name);
    if (field != record->end()) return field->value;
    std::vector<std::string_view> names;
    for (const Member& known : *record) names.push_back(known.name);
    const std::string meant = context.state.suggest(name.text, names);
    context.state.diagnostics.error(
        Code::kUnknownProperty, name.span, fmt::format("the record has no member '{}'", name.text),
        meant.empty() ? fmt::format("its members are {}", fmt::join(names, ", ")) : meant);
    return {};
}

/// `x64.flat_gdt` without a call.
bool is_uncalled(const Context& context, const Expr& expr) {
    const auto name = callee_name(expr);
    if (!name || find_function(*name) == nullptr || context.state.find(expr.operands[0]->text)) return false;
    context.state.diagnostics.error(Code::kUnknownName, expr.span,
                                    fmt::format("'{}' is a function, not a value", *name),
                                    fmt::format("call it: {}(…)", *name));
    return true;
}

Value member(const Context& context, const Expr& expr) {
    if (is_uncalled(context, expr)) return {};
    const Value object = context.evaluator.evaluate(*expr.operands[0], context.platform);
    if (object.poisoned()) return {};
    const Name property{expr.text, expr.text_span};
    if (const auto* reference = std::get_if<BlockRef>(&object.data))
        return context.state.scope->property(*reference->block, property, context.platform);
    if (const auto* record = std::get_if<Record>(&object.data))
        return record_member(context, *record, property);
    context.state.diagnostics.error(
        Code::kUnknownProperty, property.span,
        fmt::format("a value of type {} has no property '{}'", type_name(object), property.text),
        property.text == "size" ? size_help(object) : "");
    return {};
}

/// `ap[1][2]`, a block of an iteration; nothing when the base is something else.
std::optional<Value> repeated_block(const Context& context, const Expr& expr) {
    const Expr& base = without_indices(expr);
    if (base.kind != ExprKind::kName || context.state.scope == nullptr || context.state.find(base.text))
        return std::nullopt;
    const auto path = index_path(context.evaluator, expr, context.platform);
    return path ? context.state.scope->find_element(base.text, *path, expr.span) : Value{};
}

Value element(const Context& context, const Expr& expr) {
    if (auto block = repeated_block(context, expr)) return *std::move(block);
    const Value object = context.evaluator.evaluate(*expr.operands[0], context.platform);
    const auto index = context.evaluator.integer(*expr.operands[1], context.platform, "an index");
    if (object.poisoned() || !index) return {};
    const auto* elements = std::get_if<List>(&object.data);
    if (elements == nullptr) {
        context.state.diagnostics.error(Code::kTypeMismatch, expr.operands[0]->span,
                                        fmt::format("only lists have elements, not {}", type_phrase(object)),
                                        std::holds_alternative<model::Blob>(object.data)
                                            ? "take a part of bytes with slice(data, offset, size)"
                                            : "");
        return {};
    }
    if (*index < elements->size()) return (*elements)[static_cast<std::size_t>(*index)];
    context.state.diagnostics.error(
        Code::kOutOfRange, expr.operands[1]->span,
        fmt::format("there is no element {} in a list of {}", *index, elements->size()));
    return {};
}

/// The function that was meant: one of that name in a module, or the nearest; else what the module has.
std::string function_help(const Evaluator::State& state, std::string_view name) {
    const auto names = function_names();
    const auto in_module = std::ranges::find_if(names, [&](std::string_view one) {
        const std::size_t dot = one.find('.');
        return dot != std::string_view::npos && one.substr(dot + 1) == name;
    });
    if (in_module != names.end()) return fmt::format("did you mean '{}'?", *in_module);
    std::string meant = state.suggest(name, names);
    const auto dot = name.find('.');
    if (!meant.empty() || dot == std::string_view::npos || !is_module(name.substr(0, dot))) return meant;
    std::vector<std::string_view> others;
    for (const std::string_view other : names)
        if (other.starts_with(name.substr(0, dot + 1))) others.push_back(other);
    return fmt::format("the functions of {} are {}", name.substr(0, dot), fmt::join(others, ", "));
}

bool runs_here(const Context& context, const Function& function, Span use) {
    const auto wanted = architecture_of(function);
    const auto has = context.state.architecture;
    if (!wanted || !has || *wanted == *has) return true;
    context.state.diagnostics.error(
        Code::kArchitecture, use,
        fmt::format("{} is for images with arch = {}", function.name,
                    *wanted == Architecture::kX64 ? "x64, which is the default" : "aarch64"));
    return false;
}

Value call(const Context& context, const Expr& expr) {
    const Function* function = called_function(context, expr);
    if (function == nullptr) return {};
    Call bound(context.evaluator, context.state, expr, *function, context.platform);
    return bound.bind() ? bound.evaluate() : Value{};
}

using Evaluate = Value (*)(const Context&, const Expr&);

/// In the order of ExprKind.
constexpr std::array<Evaluate, 14> kByKind = {
    poison, literal_integer, literal_bool, literal_string, literal_hex, name, list,
    unary,  binary,          conditional,  member,         element,     call, known,
};
static_assert(kByKind.size() == static_cast<std::size_t>(ExprKind::kKnown) + 1);

Value as_value(std::optional<std::uint64_t> number) {
    if (!number) return {};
    return {*number, {}};
}

using Hook = std::optional<std::uint64_t> (*Function::*)(Call&);

/// What the function's hook says about the result of a call; nothing when it has none.
std::optional<Value> ask(const Context& context, const Expr& expr, Hook hook) {
    const Function* function = called_function(context, expr);
    if (function == nullptr) return Value{};
    if (function->*hook == nullptr) return std::nullopt;
    Call bound(context.evaluator, context.state, expr, *function, context.platform);
    return bound.bind() ? as_value((function->*hook)(bound)) : Value{};
}

/// The expression of a constant; null when the name is something else.
const Expr* constant(const Context& context, const Expr& name) {
    const Declared* declared = context.state.find(name.text);
    const bool is_const = declared != nullptr && !declared->disputed &&
                          declared->declaration->kind == Declaration::Kind::kConst;
    return is_const ? declared->declaration->value.get() : nullptr;
}

/// The size of what the name of a block stands for.
std::optional<Value> block_size(const Context& context, const Expr& expr) {
    if (context.state.scope == nullptr) return std::nullopt;
    const Value value = context.evaluator.evaluate(expr, context.platform);
    const auto* ref = std::get_if<BlockRef>(&value.data);
    if (ref == nullptr) return std::nullopt;
    return context.state.scope->block_bytes_size(*ref->block, context.platform, expr.span);
}

std::optional<Value> name_size(const Context& context, const Expr& expr, Asked asked) {
    if (context.state.find(expr.text) == nullptr) return block_size(context, expr);
    const Expr* value = constant(context, expr);
    if (value == nullptr) return std::nullopt;
    if (asked.use == nullptr) asked.use = &expr;
    // The size of a constant may be needed while its contents are being computed: another key.
    return context.evaluator.guarded(
        value, context.platform, fmt::format("the size of '{}'", expr.text), value->span,
        [&] { return as_value(context.evaluator.size_of(*value, context.platform, asked)); });
}

}  // namespace

Value unknown_name(const Context& context, const Expr& expr) {
    auto& state = context.state;
    if (find_function(expr.text) != nullptr || is_module(expr.text)) {
        state.diagnostics.error(Code::kUnknownName, expr.span,
                                fmt::format("'{}' is a {}, not a value", expr.text,
                                            is_module(expr.text) ? "module" : "function"));
        return {};
    }
    Diagnostic unknown{
        Code::kUnknownName, expr.span, fmt::format("unknown name '{}'", expr.text), {}, {}, {}};
    const auto left_out = state.scope != nullptr ? state.scope->left_out(expr.text) : std::nullopt;
    if (left_out) {
        unknown.notes.push_back({*left_out, "it is declared here, in a branch that is not taken"});
    } else if (state.diagnostics.keeps_more()) {
        std::vector<std::string_view> names{"true", "false"};
        for (const Declared& declared : state.declared) names.push_back(declared.declaration->name.text);
        if (state.scope != nullptr) std::ranges::copy(state.scope->block_names(), std::back_inserter(names));
        const Expansions& expansions = state.diagnostics.expansions;
        for (ExpansionId id = expr.span.expansion; id != 0; id = expansions[id].from.expansion)
            if (const SharedNames& own = expansions[id].names)
                names.insert(names.end(), own->begin(), own->end());
        unknown.help = state.suggest(expr.text, names);
    }
    state.diagnostics.report(std::move(unknown));
    return {};
}

const Function* called_function(const Context& context, const Expr& expr) {
    const Expr& callee = *expr.operands[0];
    if (callee.kind == ExprKind::kPoison) return nullptr;
    const auto full_name = callee_name(callee);
    const Function* function = full_name ? find_function(*full_name) : nullptr;
    if (function != nullptr) return runs_here(context, *function, callee.span) ? function : nullptr;
    context.state.diagnostics.error(
        Code::kUnknownFunction, callee.span,
        full_name ? fmt::format("unknown function '{}'", *full_name) : "only functions can be called",
        full_name ? function_help(context.state, *full_name) : "");
    return nullptr;
}

std::optional<std::string> callee_name(const Expr& callee) {
    if (callee.kind == ExprKind::kName) return callee.text;
    if (callee.kind == ExprKind::kMember && callee.operands[0]->kind == ExprKind::kName)
        return callee.operands[0]->text + "." + callee.text;
    return std::nullopt;
}

const Expr& without_indices(const Expr& expr) {
    const Expr* base = &expr;
    while (base->kind == ExprKind::kIndex) base = base->operands[0].get();
    return *base;
}

std::optional<std::string> index_path(Evaluator& evaluator, const Expr& expr, PlatformIndex platform) {
    std::string path;
    for (const Expr* at = &expr; at->kind == ExprKind::kIndex; at = at->operands[0].get()) {
        const auto value = evaluator.integer(*at->operands[1], platform, "an index");
        if (!value) return std::nullopt;
        path = fmt::format("[{}]{}", *value, path);
    }
    return path;
}

Value evaluate_expression(const Context& context, const Expr& expr) {
    return kByKind[static_cast<std::size_t>(expr.kind)](context, expr);
}

std::optional<Value> size_of_expression(const Context& context, const Expr& expr, const Asked& asked) {
    if (expr.kind == ExprKind::kHex) return Value{std::uint64_t{expr.text.size()}, expr.span};
    if (expr.kind == ExprKind::kCall) return ask(context, expr, &Function::size);
    if (expr.kind == ExprKind::kName) return name_size(context, expr, asked);
    if (expr.kind == ExprKind::kIndex) return block_size(context, expr);
    if (expr.kind != ExprKind::kConditional) return std::nullopt;
    const Expr* branch = context.evaluator.chosen(expr, context.platform);
    if (branch == nullptr) return Value{};
    return as_value(context.evaluator.size_of(*branch, context.platform, asked));
}

std::optional<Value> entry_of_expression(const Context& context, const Expr& expr) {
    if (expr.kind == ExprKind::kCall) return ask(context, expr, &Function::entry);
    const Expr* loads = nullptr;
    if (expr.kind == ExprKind::kName) loads = constant(context, expr);
    if (expr.kind == ExprKind::kConditional) {
        loads = context.evaluator.chosen(expr, context.platform);
        if (loads == nullptr) return Value{};
    }
    return loads == nullptr ? std::nullopt : context.evaluator.entry_of(*loads, context.platform);
}

}  // namespace igvm::spec
