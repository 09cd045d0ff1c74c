#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "igvm/measure.hpp"
#include "sema/evaluator_state.hpp"
#include "sema/param_text.hpp"

namespace igvm::spec {
namespace {

using Kind = Declaration::Kind;

std::string_view kind_word(Kind kind) {
    if (kind == Kind::kConst) return "const";
    return kind == Kind::kParam ? "param" : "input";
}

std::string_view type_of(const Declaration& declaration) {
    return declaration.type ? std::string_view(declaration.type->text) : std::string_view{};
}

/// Longer bytes are shown by their digest.
constexpr std::size_t kMaxShownBytes = 64;

std::string as_text(const Value& value) {
    if (const auto* integer = std::get_if<std::uint64_t>(&value.data)) return fmt::format("{}", *integer);
    if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
    if (const auto* blob = std::get_if<model::Blob>(&value.data))
        return blob->bytes.size() <= kMaxShownBytes ? hex(blob->bytes) : "sha256:" + hex(sha256(blob->bytes));
    std::string joined;
    if (const auto* list = std::get_if<List>(&value.data))
        for (const Value& element : *list) joined += (joined.empty() ? "" : ", ") + as_text(element);
    return "[" + joined + "]";
}

/// Its value depends on nothing.
bool is_literal(const Expr& expr) {
    return expr.kind == ExprKind::kInteger || expr.kind == ExprKind::kBool ||
           expr.kind == ExprKind::kString || expr.kind == ExprKind::kHex;
}

/// Values of the command line come from the declaration, as far as messages can tell.
void set_origin(Value& value, Span origin) {
    value.origin = origin;
    const auto* list = std::get_if<List>(&value.data);
    if (list == nullptr) return;
    List moved;
    for (Value element : *list) {
        set_origin(element, origin);
        moved.push_back(std::move(element));
    }
    value.data = std::move(moved);
}

bool fits_kind(const Declaration& declaration) {
    const std::string_view type = type_of(declaration);
    if (declaration.kind == Kind::kConst || type.empty()) return true;
    return is_type(type) && (type == "file") == (declaration.kind == Kind::kInput);
}

}  // namespace

Declared* Evaluator::State::find(std::string_view name) {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : &declared[found->second];
}

std::vector<std::string_view> Evaluator::State::declared_names(Kind kind) const {
    std::vector<std::string_view> names;
    for (const Declared& one : declared)
        if (one.declaration->kind == kind) names.push_back(one.declaration->name.text);
    return names;
}

const Declared* Evaluator::State::find_input(const Expr& expr) {
    const Expr* at = &expr;
    for (std::uint32_t i = 0; at != nullptr && at->kind == ExprKind::kName && i < kMaxWaiting; ++i) {
        const Declared* one = find(at->text);
        if (one == nullptr || one->declaration->kind == Kind::kInput) return one;
        at = one->declaration->kind == Kind::kConst ? one->declaration->value.get() : nullptr;
    }
    return nullptr;
}

/// "kernel.bin" of a path without quotes.
std::optional<std::string> Evaluator::State::bare_path(const Expr& expr) {
    if (expr.kind == ExprKind::kName && find(expr.text) == nullptr) return expr.text;
    if (expr.kind != ExprKind::kMember) return std::nullopt;
    const auto base = bare_path(*expr.operands[0]);
    return base ? std::optional(fmt::format("{}.{}", *base, expr.text)) : std::nullopt;
}

void Evaluator::State::locate(Evaluator& evaluator, Declared& one) {
    if (one.file || one.param || one.declaration->value == nullptr) return;
    if (const auto words = bare_path(*one.declaration->value)) {
        diagnostics.error(Code::kTypeMismatch, one.declaration->value->span,
                          "the default path of an input is a string", fmt::format("write \"{}\"", *words));
        one.param = Value{};
        return;
    }
    const auto path = evaluator.text(*one.declaration->value, 0, "the default path of an input");
    one.is_default = path.has_value();
    if (path)
        one.file = one.folder / *path;
    else
        one.param = Value{};
}

Value Evaluator::State::open_input(Declared& one) {
    auto blob = inputs.open(*one.file);
    if (blob) return {*std::move(blob), {}};
    diagnostics.error(
        Code::kFileUnreadable, one.is_default ? one.declaration->value->span : one.declaration->name.span,
        fmt::format("input '{}' cannot be read: {}", one.declaration->name.text, blob.error().detail));
    return {};
}

void Evaluator::State::miss(const Declaration& declaration) {
    if (!required || !fits_kind(declaration)) return;
    missing = true;
    const Name& name = declaration.name;
    if (declaration.kind == Kind::kParam)
        diagnostics.error(Code::kParamMissing, name.span, fmt::format("param '{}' has no value", name.text),
                          fmt::format("give it one: -p {}=…", name.text));
    else
        diagnostics.error(Code::kInputMissing, name.span, fmt::format("input '{}' has no file", name.text),
                          fmt::format("give it one: -i {}=PATH", name.text));
}

Value Evaluator::State::evaluate_declared(Evaluator& evaluator, Declared& one, PlatformIndex platform) {
    const Declaration& declaration = *one.declaration;
    one.used = true;
    if (one.disputed) return {};
    if (declaration.kind == Kind::kInput) locate(evaluator, one);
    if (one.file) return open_input(one);
    if (one.param) return *one.param;
    if (declaration.value == nullptr) {
        miss(declaration);
        return {};
    }
    return evaluate_written(evaluator, declaration, platform);
}

Value Evaluator::State::evaluate_written(Evaluator& evaluator, const Declaration& declaration,
                                         PlatformIndex platform) {
    Value value = evaluator.evaluate(*declaration.value, platform);
    if (value.poisoned() || has_type(value, type_of(declaration))) return value;
    diagnostics.error(Code::kTypeMismatch, value.origin,
                      fmt::format("'{}' is declared as {}, not {}", declaration.name.text,
                                  type_of(declaration), type_name(value)));
    return {};
}

Value Evaluator::State::value_of(Evaluator& evaluator, Declared& one, PlatformIndex platform) {
    const Declaration& declaration = *one.declaration;
    const Span place = declaration.value ? declaration.value->span : declaration.name.span;
    return evaluator.guarded(&declaration, platform, fmt::format("'{}'", declaration.name.text), place,
                             [&] { return evaluate_declared(evaluator, one, platform); });
}

/// The file that includes the other, or comes after it, is the one that repeats a name.
void Evaluator::State::report_second(Declared& first_one, const Declaration& declaration,
                                     std::uint32_t turn) {
    first_one.disputed = true;
    const Name* first = &first_one.declaration->name;
    const Name* second = &declaration.name;
    if (turn < first_one.turn) std::swap(first, second);
    diagnostics.report({Code::kDuplicateName,
                        second->span,
                        fmt::format("'{}' is declared twice", second->text),
                        {},
                        {{first->span, "the first declaration is here"}},
                        {}});
}

void Evaluator::declare(const Tree& tree, const std::filesystem::path& folder) {
    for (const Declaration& declaration : tree.declarations) {
        const auto [row, added] = state_->by_name.try_emplace(declaration.name.text, state_->declared.size());
        if (!added) {
            state_->report_second(state_->declared[row->second], declaration, tree.turn);
            continue;
        }
        state_->declared.push_back({.declaration = &declaration, .folder = folder, .turn = tree.turn});
        state_->check_declaration(declaration);
    }
}

const Declaration* Evaluator::find_declaration(std::string_view name) const {
    const Declared* one = state_->find(name);
    return one == nullptr ? nullptr : one->declaration;
}

std::string Evaluator::State::type_help(std::string_view word) const {
    const std::string meant = suggest(word, type_names());
    return meant.empty() ? fmt::format("the types are {}", fmt::join(type_names(), ", ")) : meant;
}

void Evaluator::State::check_declaration(const Declaration& declaration) const {
    if (declaration.type && !is_type(declaration.type->text))
        diagnostics.error(Code::kUnknownType, declaration.type->span,
                          fmt::format("unknown type '{}'", declaration.type->text),
                          type_help(declaration.type->text));
    const bool is_file = type_of(declaration) == "file";
    if (declaration.kind == Kind::kParam && is_file)
        diagnostics.error(Code::kTypeMismatch, declaration.type->span, "a param cannot be a file",
                          fmt::format("write: input {} : file;", declaration.name.text));
    if (declaration.kind == Kind::kInput && is_type(type_of(declaration)) && !is_file)
        diagnostics.error(Code::kTypeMismatch, declaration.type->span, "an input is always a file",
                          "other types are for params");
}

Declared* Evaluator::State::settable(std::string_view name, Kind kind) {
    Declared* one = find(name);
    Diagnostic wrong{Code::kCommandLine, std::nullopt, {}, {}, {}, {}};
    if (one == nullptr) {
        wrong.message = fmt::format("the spec declares no {} '{}'", kind_word(kind), name);
        wrong.help = suggest(name, declared_names(kind));
    } else if (one->declaration->kind != kind) {
        wrong.message = fmt::format("'{}' is declared as {}, not as {}", name,
                                    kind_word(one->declaration->kind), kind_word(kind));
        wrong.notes = {{one->declaration->name.span, "it is declared here"}};
    } else if (one->param || one->file) {
        wrong.message = fmt::format("{} '{}' is set twice", kind_word(kind), name);
    } else {
        return one;
    }
    diagnostics.report(std::move(wrong));
    return nullptr;
}

void Evaluator::set_param(std::string_view name, std::string_view text) {
    Declared* one = state_->settable(name, Kind::kParam);
    if (one == nullptr) return;
    const Declaration& declaration = *one->declaration;
    auto value = parse_param(type_of(declaration), text);
    if (!value)
        state_->diagnostics.report({Code::kParamValue,
                                    std::nullopt,
                                    fmt::format("param '{}' cannot be \"{}\": {}", name, text, value.error()),
                                    {},
                                    {{declaration.name.span, "it is declared here"}},
                                    {}});
    one->param = value ? std::move(*value) : Value{};
    set_origin(*one->param, declaration.name.span);
}

void Evaluator::set_input(std::string_view name, const std::filesystem::path& path) {
    if (Declared* one = state_->settable(name, Kind::kInput)) one->file = path;
}

void Evaluator::require_values() {
    state_->required = true;
    for (Declared& one : state_->declared)
        if (one.declaration->kind == Kind::kInput && !one.disputed && fits_kind(*one.declaration))
            state_->locate(*this, one);
}

void Evaluator::check_defaults(PlatformIndex platform) {
    // What has no value is no error of a param that nothing uses.
    const bool required = std::exchange(state_->required, false);
    for (Declared& one : state_->declared) {
        const Declaration& declaration = *one.declaration;
        if (declaration.kind != Kind::kParam || declaration.value == nullptr || one.used) continue;
        if (!one.param) {
            state_->settle(*this, one, platform);
            state_->value_of(*this, one, platform);
        } else if (is_literal(*declaration.value)) {
            state_->evaluate_written(*this, declaration, platform);
        }
    }
    state_->required = required;
}

bool Evaluator::lacks_values() const { return state_->missing; }

std::vector<std::pair<std::string, std::string>> Evaluator::params() {
    std::vector<std::pair<std::string, std::string>> result;
    for (Declared& one : state_->declared) {
        if (one.declaration->kind != Kind::kParam) continue;
        const Declaration& declaration = *one.declaration;
        if (!one.param && declaration.value == nullptr) continue;
        const Value value = state_->value_of(*this, one, 0);
        if (!value.poisoned()) result.emplace_back(declaration.name.text, as_text(value));
    }
    return result;
}

std::vector<std::pair<std::string, std::filesystem::path>> Evaluator::inputs() const {
    std::vector<std::pair<std::string, std::filesystem::path>> result;
    for (const Declared& one : state_->declared)
        if (one.file) result.emplace_back(one.declaration->name.text, *one.file);
    return result;
}

}  // namespace igvm::spec
