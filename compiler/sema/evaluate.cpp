#include "sema/evaluate.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "diagnose/suggest.hpp"
#include "sema/evaluator_state.hpp"
#include "sema/expressions.hpp"
#include "sema/functions.hpp"

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

/// Bytes that a copy of the value takes; bytes are shared, not copied.
std::uint64_t weight(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) return text->size();
    const auto* list = std::get_if<List>(&value.data);
    if (list == nullptr) return 0;
    std::uint64_t total = list->size() * sizeof(Value);
    for (const Value& element : *list) total += weight(element);
    return total;
}

std::string help_for(std::string_view wanted, const Value& value) {
    if (wanted == "bytes" && std::holds_alternative<std::string>(value.data))
        return "make bytes of a string with cstr(…), ascii(…) or hex(…)";
    if (wanted == "bytes" && std::holds_alternative<std::uint64_t>(value.data))
        return "make bytes of an integer with le8, le16, le32, le64, be16, be32 or be64";
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
    if (diagnostics.count() >= Diagnostics::kMaxKept) return {};
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
        state_->diagnostics.error(Code::kNesting, expr.span,
                                  fmt::format("more than {} values wait for one another here", kMaxWaiting),
                                  "declare what others wait for before them");
        return poison;
    }
    Value value = evaluate_expression({*this, *state_, platform}, expr);
    value.origin = expr.span;
    if (state_->allowance.take_memory(weight(value))) return value;
    state_->exhaust(expr.span);
    return poison;
}

std::optional<Value> Evaluator::entry_of(const Expr& expr, PlatformIndex platform) {
    const DepthGuard guard(state_->depth);
    if (state_->exhausted || state_->depth > kMaxWaiting) return evaluate(expr, platform);
    return entry_of_expression({*this, *state_, platform}, expr);
}

std::optional<std::uint64_t> Evaluator::size_of(const Expr& expr, PlatformIndex platform,
                                                std::string_view what) {
    if (state_->exhausted) return std::nullopt;
    const DepthGuard guard(state_->depth);
    if (state_->depth <= kMaxWaiting) {
        const auto size = size_of_expression({*this, *state_, platform}, expr, what);
        if (size) return size->poisoned() ? std::nullopt : std::optional(std::get<std::uint64_t>(size->data));
    }
    const auto data = bytes(expr, platform, what);
    if (!data) return std::nullopt;
    return data->bytes.size();
}

namespace {

/// The T in `value`, or a type error that names `what`.
template <class T>
std::optional<T> expect(Diagnostics& diagnostics, Value value, std::string_view what,
                        std::string_view wanted) {
    if (value.poisoned()) return std::nullopt;
    if (auto* data = std::get_if<T>(&value.data)) return std::move(*data);
    diagnostics.error(Code::kTypeMismatch, value.origin,
                      fmt::format("{} must be {}, not {}", what, wanted, type_phrase(value)),
                      help_for(wanted, value));
    return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> Evaluator::integer(const Value& value, std::string_view what,
                                                std::uint64_t max) {
    const auto number = expect<std::uint64_t>(state_->diagnostics, value, what, "an integer");
    if (!number || *number <= max) return number;
    state_->diagnostics.error(Code::kNarrowing, value.origin,
                              fmt::format("{} is {:#x}, above its maximum of {:#x}", what, *number, max));
    return std::nullopt;
}

std::optional<std::string> Evaluator::text(const Value& value, std::string_view what) {
    return expect<std::string>(state_->diagnostics, value, what, "a string");
}

std::optional<List> Evaluator::list(const Value& value, std::string_view what) {
    return expect<List>(state_->diagnostics, value, what, "a list");
}

std::optional<std::uint64_t> Evaluator::integer(const Expr& expr, PlatformIndex platform,
                                                std::string_view what, std::uint64_t max) {
    return integer(evaluate(expr, platform), what, max);
}

std::optional<bool> Evaluator::boolean(const Expr& expr, PlatformIndex platform, std::string_view what) {
    return expect<bool>(state_->diagnostics, evaluate(expr, platform), what, "a bool");
}

const Expr* Evaluator::chosen(const Expr& conditional, PlatformIndex platform) {
    const auto condition = boolean(*conditional.operands[0], platform, "a condition");
    if (!condition) return nullptr;
    return conditional.operands[*condition ? 1 : 2].get();
}

std::optional<std::string> Evaluator::text(const Expr& expr, PlatformIndex platform, std::string_view what) {
    return text(evaluate(expr, platform), what);
}

std::uint64_t Evaluator::keep(Value value) {
    state_->known.push_back(std::move(value));
    return state_->known.size() - 1;
}

bool Evaluator::take_memory(std::uint64_t bytes, Span place) {
    if (state_->allowance.take_memory(bytes)) return true;
    state_->exhaust(place);
    return false;
}

std::optional<model::Blob> Evaluator::bytes(const Expr& expr, PlatformIndex platform, std::string_view what) {
    const Value value = evaluate(expr, platform);
    const auto* ref = std::get_if<BlockRef>(&value.data);
    const auto contents =
        ref != nullptr ? state_->scope->block_bytes(*ref->block, platform, expr.span) : std::nullopt;
    return expect<model::Blob>(state_->diagnostics, contents ? *contents : value, what, "bytes");
}

std::optional<model::Blob> Evaluator::placed_bytes(const void* key, const Expr& expr, PlatformIndex platform,
                                                   std::string name, std::string_view what,
                                                   const AddressOf& address) {
    const Value value = guarded(key, platform, std::move(name), expr.span, [&]() -> Value {
        state_->placed = {&expr, &address};
        state_->stack.back().contents = true;
        auto data = bytes(expr, platform, what);
        if (!data) return {Poison{}, expr.span};
        return {*std::move(data), expr.span};
    });
    const auto* data = std::get_if<model::Blob>(&value.data);
    return data == nullptr ? std::nullopt : std::optional(*data);
}

}  // namespace igvm::spec
