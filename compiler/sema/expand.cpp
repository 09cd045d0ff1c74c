#include "sema/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "schema/schema.hpp"
#include "sema/clone.hpp"
#include "sema/early_scope.hpp"
#include "sema/fragments.hpp"

namespace igvm::spec {
namespace {

/// The part to change; null when the entry is something else.
template <class T>
T* owned(Entry& entry) {
    auto* found = std::get_if<std::unique_ptr<T>>(&entry);
    return found == nullptr ? nullptr : found->get();
}

/// What the variable of a loop stands for, turn by turn: numbers from `first` on, or elements of a list.
struct Iterations {
    std::uint64_t count = 0;
    std::uint64_t first = 0;
    std::optional<List> elements;
};

SharedNames shared(const std::vector<Name>& names) {
    std::vector<std::string> texts;
    for (const Name& name : names) texts.push_back(name.text);
    return std::make_shared<const std::vector<std::string>>(std::move(texts));
}

class Expander {
  public:
    Expander(const Fragments& fragments, Evaluator& evaluator, Diagnostics& diagnostics)
        : fragments_(fragments), evaluator_(evaluator), diagnostics_(diagnostics), budget_(diagnostics) {}

    void expand(Block& block);
    /// Nothing when the limit was reached.
    std::optional<LostNames> result() const {
        return budget_.stopped() ? std::nullopt : std::optional(lost_);
    }

  private:
    void enter(Block& block);
    void place(Entry entry, Entries& flat);
    void place_all(Entries entries, Span from, Entries& flat);
    void choose(When& when, Entries& flat);
    void repeat(const For& loop, Entries& flat);
    void insert(const Use& use, Entries& flat);
    std::optional<Iterations> range(const For& loop);
    std::optional<Iterations> elements(const For& loop);
    void set_element(Expr& value, Value element);
    void iterate(const For& loop, const Expr& value, std::uint64_t index, const SharedNames& names,
                 Entries& flat);

    bool deeper(Span span);
    void lose(const Entries& entries);
    void leave_out(const Entries& entries);
    void leave_out_others(const When& when, const When::Branch* chosen);
    void name_after_iteration(Block& block);
    void name_after_iteration(Field& field);

    const Fragments& fragments_;
    Evaluator& evaluator_;
    Diagnostics& diagnostics_;
    LostNames lost_;
    Block* around_ = nullptr;
    std::vector<const Fragment*> open_;  ///< fragments that are being inserted
    std::vector<Name> variables_;        ///< that the text at hand is in the scope of
    Budget budget_;
    int depth_ = 0;
};

bool Expander::deeper(Span span) {
    if (depth_ < kMaxExpansionDepth) return true;
    diagnostics_.error(
        Code::kExpansion, span,
        fmt::format("more than {} blocks, conditions, ranges and fragments stand in one another",
                    kMaxExpansionDepth));
    return false;
}

/// What is in there will be missing, which is no error of its own.
void Expander::leave_out(const Entries& entries) {
    for (const Block* block : all<Block>(entries))
        if (block->name) lost_.left_out.try_emplace(block->name->text, block->name->span);
    for (const When* when : all<When>(entries))
        for (const When::Branch& branch : when->branches) leave_out(branch.body);
    for (const For* loop : all<For>(entries)) leave_out(loop->body);
}

void Expander::leave_out_others(const When& when, const When::Branch* chosen) {
    for (const When::Branch& branch : when.branches)
        if (&branch != chosen) leave_out(branch.body);
}

void Expander::lose(const Entries& entries) {
    around_->incomplete = true;
    if (!all<Use>(entries).empty()) lost_.all = true;
    for (const Block* block : all<Block>(entries))
        if (block->name) lost_.names.insert(block->name->text);
    for (const When* when : all<When>(entries))
        for (const When::Branch& branch : when->branches) lose(branch.body);
    for (const For* loop : all<For>(entries)) lose(loop->body);
}

void Expander::name_after_iteration(Block& block) {
    if (block.name && block.span.expansion != 0 && schema::declares_name(block.kind.text))
        block.name->text += diagnostics_.expansions[block.span.expansion].index;
}

/// A field counts the iterations inside its struct only.
void Expander::name_after_iteration(Field& field) {
    const std::size_t outside = diagnostics_.expansions[around_->span.expansion].index.size();
    field.name.text += diagnostics_.expansions[field.span.expansion].index.substr(outside);
}

void Expander::expand(Block& block) {
    if (!deeper(block.span)) return;
    ++depth_;
    Block* const outside = std::exchange(around_, &block);
    const auto is_control = [](const Entry& entry) {
        return std::holds_alternative<Use>(entry) || std::holds_alternative<std::unique_ptr<When>>(entry) ||
               std::holds_alternative<std::unique_ptr<For>>(entry);
    };
    if (std::ranges::any_of(block.entries, is_control)) {
        Entries flat;
        for (Entry& entry : block.entries) place(std::move(entry), flat);
        block.entries = std::move(flat);
    } else {
        for (Entry& entry : block.entries)
            if (Block* child = owned<Block>(entry)) enter(*child);
    }
    around_ = outside;
    --depth_;
}

void Expander::enter(Block& block) {
    name_after_iteration(block);
    expand(block);
}

void Expander::place(Entry entry, Entries& flat) {
    if (When* when = owned<When>(entry)) return choose(*when, flat);
    if (const For* loop = owned<For>(entry)) return repeat(*loop, flat);
    if (const Use* use = std::get_if<Use>(&entry)) return insert(*use, flat);
    if (Field* field = owned<Field>(entry)) name_after_iteration(*field);
    if (Block* block = owned<Block>(entry)) enter(*block);
    flat.push_back(std::move(entry));
}

void Expander::place_all(Entries entries, Span from, Entries& flat) {
    if (!deeper(from)) return lose(entries);
    ++depth_;
    for (Entry& entry : entries) place(std::move(entry), flat);
    --depth_;
}

void Expander::choose(When& when, Entries& flat) {
    for (When::Branch& branch : when.branches) {
        const auto holds =
            branch.condition ? evaluator_.boolean(*branch.condition, 0, "a condition") : std::optional(true);
        if (!holds) break;
        if (*holds) {
            leave_out_others(when, &branch);
            const Span place = branch.condition ? branch.condition->span : around_->span;
            return place_all(std::move(branch.body), place, flat);
        }
        if (&branch == &when.branches.back()) return leave_out_others(when, nullptr);
    }
    for (const When::Branch& branch : when.branches) lose(branch.body);
}

std::optional<Iterations> Expander::range(const For& loop) {
    const auto first = evaluator_.integer(*loop.first, 0, "the start of a range");
    const auto last = evaluator_.integer(*loop.last, 0, "the end of a range");
    if (!first || !last) return std::nullopt;
    if (*last < *first) {
        diagnostics_.error(Code::kOutOfRange, loop.last->span,
                           fmt::format("the range ends at {}, before its start {}", *last, *first),
                           "a range counts up and leaves out its end");
        return std::nullopt;
    }
    return Iterations{*last - *first, *first, std::nullopt};
}

std::optional<Iterations> Expander::elements(const For& loop) {
    Value value = evaluator_.evaluate(*loop.first, 0);
    if (value.poisoned()) return std::nullopt;
    if (auto* list = std::get_if<List>(&value.data)) {
        const std::uint64_t count = list->size();
        return Iterations{count, 0, std::move(*list)};
    }
    const bool number = std::holds_alternative<std::uint64_t>(value.data);
    diagnostics_.error(Code::kTypeMismatch, loop.first->span,
                       fmt::format("a loop is over a range or a list, not {}", type_phrase(value)),
                       number ? "write a range, such as 0..4" : "");
    return std::nullopt;
}

/// Numbers are as written out; there may be words among them, as in `format = 2`.
void Expander::set_element(Expr& value, Value element) {
    if (const auto* number = std::get_if<std::uint64_t>(&element.data)) {
        value.integer = *number;
        return;
    }
    value.kind = ExprKind::kKnown;
    value.integer = evaluator_.keep(std::move(element));
}

void Expander::iterate(const For& loop, const Expr& value, std::uint64_t index, const SharedNames& names,
                       Entries& flat) {
    const bool number = value.kind == ExprKind::kInteger;
    const std::size_t around = diagnostics_.expansions[loop.span.expansion].index.size();
    if (!budget_.take_text(loop.variable.text.size() + around, loop.span)) return;
    const ExpansionId id = diagnostics_.expansions.add(
        loop.span,
        number ? fmt::format("in the iteration {} = {}", loop.variable.text, value.integer)
               : fmt::format("in the iteration where {} is element {}", loop.variable.text, index),
        names, fmt::format("[{}]", index));
    const Substitution values{{loop.variable.text, {&value, true}}};
    Cloner cloner(loop.span.expansion, id, loop.span, values, budget_, diagnostics_);
    place_all(cloner.entries(loop.body), loop.span, flat);
}

void Expander::repeat(const For& loop, Entries& flat) {
    auto turns = loop.last ? range(loop) : elements(loop);
    if (!fragments_.is_free(loop.variable, variables_) || !turns || !budget_.take(turns->count, loop.span))
        return lose(loop.body);
    variables_.push_back(loop.variable);
    Expr value;
    value.span = loop.variable.span;
    const SharedNames names = shared({loop.variable});
    for (std::uint64_t i = 0; i < turns->count && !budget_.stopped(); ++i) {
        value.kind = ExprKind::kInteger;
        value.integer = turns->first + i;
        if (turns->elements) set_element(value, std::move((*turns->elements)[static_cast<std::size_t>(i)]));
        iterate(loop, value, turns->first + i, names, flat);
    }
    variables_.pop_back();
}

void Expander::insert(const Use& use, Entries& flat) {
    const Expr& callee = *use.call->operands[0];
    const Fragment* fragment = fragments_.find(callee);
    if (fragment == nullptr) {
        lost_.all = true;
        around_->incomplete = true;
        return;
    }
    const auto values = fragments_.bind(*fragment, *use.call, open_);
    if (!values) return lose(fragment->body);
    if (!budget_.take(1, callee.span)) return;
    const ExpansionId id = diagnostics_.expansions.add(
        callee.span, fmt::format("in fragment '{}', which is used here", fragment->name.text),
        shared(fragment->parameters));
    open_.push_back(fragment);
    const auto outside = std::exchange(variables_, fragment->parameters);
    Cloner cloner(0, id, callee.span, *values, budget_, diagnostics_);
    place_all(cloner.entries(fragment->body), callee.span, flat);
    variables_ = outside;
    open_.pop_back();
}

}  // namespace

std::optional<LostNames> expand(const std::vector<Tree*>& trees, Evaluator& evaluator,
                                Diagnostics& diagnostics) {
    const Fragments fragments(trees, evaluator, diagnostics);
    EarlyScope scope(trees, diagnostics);
    evaluator.attach(&scope);
    Expander expander(fragments, evaluator, diagnostics);
    for (Tree* tree : trees)
        for (Block& block : tree->blocks) expander.expand(block);
    evaluator.attach(nullptr);
    return expander.result();
}

}  // namespace igvm::spec
