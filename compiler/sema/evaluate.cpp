#include "sema/evaluate.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "diagnose/suggest.hpp"
#include "sema/evaluator_state.hpp"
#include "sema/expressions.hpp"
#include "sema/functions.hpp"
#include "sema/written.hpp"

namespace igvm::spec {
namespace {

/// Counts an expression that is being evaluated.
class DepthGuard {
  public:
    explicit DepthGuard(std::size_t& depth) : depth_(depth) { ++depth_; }
    ~DepthGuard() { --depth_; }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;

  private:
    std::size_t& depth_;
};

/// Bytes that the value would take if it shared nothing, but for those of bytes.
std::uint64_t weight(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) return text->size();
    const auto* list = std::get_if<List>(&value.data);
    if (list == nullptr) return 0;
    std::uint64_t total = list->size() * sizeof(Value);
    for (const Value& element : *list) total += weight(element);
    return total;
}

/// The memory that the value of an expression counts for. A list counts where it is made, and as what it
/// would be if it shared nothing, so that whoever walks through it later has a bound; its copies share it.
std::uint64_t memory_of(const Expr& expr, const Value& value) {
    const bool made = expr.kind == ExprKind::kList || expr.kind == ExprKind::kCall;
    return made || !std::holds_alternative<List>(value.data) ? weight(value) : 0;
}

std::string usual_help(std::string_view wanted, const Value& value) {
    if (wanted == "bytes" && std::holds_alternative<std::string>(value.data))
        return "make bytes of a string with cstr(…), ascii(…) or hex(…)";
    if (wanted == "bytes" && std::holds_alternative<std::uint64_t>(value.data))
        return "make bytes of an integer with le8, le16, le32, le64, be16, be32 or be64";
    if (wanted == "bytes" && std::holds_alternative<BlockRef>(value.data))
        return "the size of a block is NAME.size, what the pages of a region hold is pages(NAME)";
    if (wanted == "an integer" && std::holds_alternative<BlockRef>(value.data))
        return "a block has the addresses .at and .end and a .size";
    return {};
}

}  // namespace

Evaluator::Evaluator(Diagnostics& diagnostics, InputFiles& inputs)
    : state_(std::make_unique<State>(diagnostics, inputs)) {}
Evaluator::~Evaluator() = default;

void Evaluator::attach(BlockScope* scope) { state_->scope = scope; }
void Evaluator::set_architecture(Architecture architecture) { state_->architecture = architecture; }

std::string Evaluator::State::suggest(std::string_view word,
                                      const std::vector<std::string_view>& names) const {
    if (!diagnostics.keeps_more()) return {};
    const auto name = closest(word, names);
    return name ? fmt::format("did you mean '{}'?", *name) : std::string{};
}

void Evaluator::State::exhaust(Span span) {
    if (std::exchange(exhausted, true)) return;
    diagnostics.error(Code::kOutOfRange, span,
                      "the values of this spec take more memory or time than allowed",
                      "put bulk data in a file and declare it as an input");
}

void Evaluator::State::report_cycle(const Key& key, Span span) {
    auto first = stack.end() - 1;
    while (first->key != key) --first;
    Diagnostic diagnostic{Code::kCycle, span, fmt::format("{} depends on itself", first->name), {}, {}, {}};
    if (std::any_of(first, stack.end(), [](const Frame& frame) { return frame.contents; })) {
        diagnostic.code = Code::kContentCycle;
        diagnostic.help =
            "what is computed from contents lies in a region of its own, which it does not cover";
    }
    for (auto frame = first; frame != stack.end(); ++frame) {
        const auto next = frame + 1 == stack.end() ? first : frame + 1;
        diagnostic.notes.push_back({frame->span, fmt::format("{} needs {}", frame->name, next->name)});
    }
    diagnostics.report(std::move(diagnostic));
}

std::optional<Value> Evaluator::begin(const void* key, PlatformIndex platform, std::string name, Span span) {
    const State::Key full{key, platform};
    const auto [entry, added] = state_->results.try_emplace(full);
    if (added) {
        state_->stack.push_back({full, std::move(name), span, std::exchange(state_->placed, {})});
        return std::nullopt;
    }
    if (entry->second) return entry->second;
    state_->report_cycle(full, span);
    return Value{Poison{}, span};
}

Value Evaluator::finish(const void* key, PlatformIndex platform, Value value) {
    state_->placed = state_->stack.back().outer;
    state_->stack.pop_back();
    state_->results[{key, platform}] = value;
    return value;
}

Value Evaluator::evaluate(const Expr& expr, PlatformIndex platform) {
    const Value poison{Poison{}, expr.span};
    if (state_->exhausted) return poison;
    const DepthGuard guard(state_->depth);
    if (state_->depth > kMaxWaiting) {
        if (!std::exchange(state_->too_deep, true))
            state_->diagnostics.error(
                Code::kNesting, expr.span,
                fmt::format("more than {} values wait for one another here", kMaxWaiting),
                "declare what others wait for before them");
        return poison;
    }
    Value value = evaluate_expression({*this, *state_, platform}, expr);
    value.origin = expr.span;
    if (state_->allowance.take_memory(memory_of(expr, value))) return value;
    state_->exhaust(expr.span);
    return poison;
}

std::optional<Value> Evaluator::entry_of(const Expr& expr, PlatformIndex platform) {
    const DepthGuard guard(state_->depth);
    if (state_->exhausted || state_->depth > kMaxWaiting) return evaluate(expr, platform);
    return entry_of_expression({*this, *state_, platform}, expr);
}

std::optional<std::uint64_t> Evaluator::size_of(const Expr& expr, PlatformIndex platform,
                                                const Asked& asked) {
    if (state_->exhausted) return std::nullopt;
    const DepthGuard guard(state_->depth);
    if (state_->depth <= kMaxWaiting) {
        const auto size = size_of_expression({*this, *state_, platform}, expr, asked);
        if (size) return size->poisoned() ? std::nullopt : std::optional(std::get<std::uint64_t>(size->data));
    }
    const auto data = bytes(asked.use == nullptr ? expr : *asked.use, platform, asked);
    if (!data) return std::nullopt;
    return data->bytes.size();
}

namespace {

void report_type(Evaluator::State& state, const Value& value, const Asked& asked, std::string_view wanted,
                 const Expr* expr) {
    Diagnostic wrong{Code::kTypeMismatch,
                     value.origin,
                     fmt::format("{} must be {}, not {}", asked.what, wanted, type_phrase(value)),
                     {},
                     {},
                     asked.help ? asked.help(value) : ""};
    if (wrong.help.empty()) wrong.help = usual_help(wanted, value);
    const Declared* declared =
        expr != nullptr && expr->kind == ExprKind::kName ? state.find(expr->text) : nullptr;
    if (declared != nullptr)
        wrong.notes.push_back(
            {declared->declaration->name.span, fmt::format("'{}' is declared here", expr->text)});
    state.diagnostics.report(std::move(wrong));
}

/// The T in `value`, or a type error that names what was asked. `expr`: what has the value, if that is known.
template <class T>
std::optional<T> expect(Evaluator::State& state, Value value, const Asked& asked, std::string_view wanted,
                        const Expr* expr = nullptr) {
    if (value.poisoned()) return std::nullopt;
    if (auto* data = std::get_if<T>(&value.data)) return std::move(*data);
    report_type(state, value, asked, wanted, expr);
    return std::nullopt;
}

std::optional<std::uint64_t> narrow(Evaluator::State& state, const Value& value, const Asked& asked,
                                    std::uint64_t max, const Expr* expr = nullptr) {
    const auto number = expect<std::uint64_t>(state, value, asked, "an integer", expr);
    if (!number || *number <= max) return number;
    const Notation notation = expr == nullptr ? Notation::kHexadecimal : notation_of(state, *expr);
    state.diagnostics.error(Code::kNarrowing, value.origin,
                            fmt::format("{} is {}, above its maximum of {}", asked.what,
                                        number_text(*number, notation), number_text(max, notation)));
    return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> Evaluator::integer(const Value& value, const Asked& asked, std::uint64_t max) {
    return narrow(*state_, value, asked, max);
}

std::optional<std::string> Evaluator::text(const Value& value, const Asked& asked) {
    return expect<std::string>(*state_, value, asked, "a string");
}

std::optional<List> Evaluator::list(const Value& value, const Asked& asked) {
    return expect<List>(*state_, value, asked, "a list");
}

std::optional<std::uint64_t> Evaluator::integer(const Expr& expr, PlatformIndex platform, const Asked& asked,
                                                std::uint64_t max) {
    return narrow(*state_, evaluate(expr, platform), asked, max, &expr);
}

std::optional<bool> Evaluator::boolean(const Expr& expr, PlatformIndex platform, const Asked& asked) {
    return expect<bool>(*state_, evaluate(expr, platform), asked, "a bool", &expr);
}

const Expr* Evaluator::chosen(const Expr& conditional, PlatformIndex platform) {
    const auto condition = boolean(*conditional.operands[0], platform, "a condition");
    if (!condition) return nullptr;
    return conditional.operands[*condition ? 1 : 2].get();
}

std::optional<std::string> Evaluator::text(const Expr& expr, PlatformIndex platform, const Asked& asked) {
    return expect<std::string>(*state_, evaluate(expr, platform), asked, "a string", &expr);
}

std::uint64_t Evaluator::keep(Value value) {
    state_->known.push_back(std::move(value));
    return state_->known.size() - 1;
}

std::string Evaluator::shown(std::uint64_t number, const Expr& expr) const {
    return number_text(number, notation_of(*state_, expr));
}

bool Evaluator::take_memory(std::uint64_t bytes, Span place) {
    if (state_->allowance.take_memory(bytes)) return true;
    state_->exhaust(place);
    return false;
}

std::optional<model::Blob> Evaluator::bytes(const Expr& expr, PlatformIndex platform, const Asked& asked) {
    const Value value = evaluate(expr, platform);
    const auto* ref = std::get_if<BlockRef>(&value.data);
    const auto contents =
        ref != nullptr ? state_->scope->block_bytes(*ref->block, platform, expr.span) : std::nullopt;
    return expect<model::Blob>(*state_, contents ? *contents : value, asked, "bytes", &expr);
}

std::optional<model::Blob> Evaluator::placed_bytes(const void* key, const Expr& expr, PlatformIndex platform,
                                                   std::string name, const Asked& asked,
                                                   const AddressOf& address) {
    const Value value = guarded(key, platform, std::move(name), expr.span, [&]() -> Value {
        state_->placed = {&expr, &address};
        state_->stack.back().contents = true;
        auto data = bytes(expr, platform, asked);
        if (!data) return {Poison{}, expr.span};
        return {*std::move(data), expr.span};
    });
    const auto* data = std::get_if<model::Blob>(&value.data);
    return data == nullptr ? std::nullopt : std::optional(*data);
}

}  // namespace igvm::spec
