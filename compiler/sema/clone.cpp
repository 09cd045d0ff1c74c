#include "sema/clone.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "syntax/parse.hpp"

namespace igvm::spec {
namespace {

/// Text that costs as much as a node.
constexpr std::size_t kTextPerNode = 128;

}  // namespace

bool Budget::take(std::uint64_t nodes, Span place) {
    if (stopped_) return false;
    stopped_ = nodes > left_;
    if (!stopped_) {
        left_ -= nodes;
        return true;
    }
    diagnostics_.error(
        Code::kExpansion, place,
        fmt::format("'for' and 'use' make more than {} names, values and blocks", kMaxExpanded),
        "repeat less, or put bulk data in a file");
    return false;
}

bool Budget::take_text(std::size_t bytes, Span place) {
    const std::size_t nodes = bytes / kTextPerNode;
    return nodes == 0 ? !stopped_ : take(nodes, place);
}

Span Cloner::moved(Span span) const {
    if (span.expansion == from_) span.expansion = to_;
    return span;
}

Name Cloner::same(const Name& name) {
    if (!budget_.take_text(name.text.size(), place_)) return {{}, moved(name.span)};
    return {name.text, moved(name.span)};
}

Name Cloner::name(const Name& name) {
    const auto value = values_.find(name.text);
    if (value == values_.end()) return same(name);
    const Expr& argument = *value->second.value;
    if (argument.kind == ExprKind::kName) return {argument.text, argument.span};
    if (argument.kind != ExprKind::kPoison)
        diagnostics_.report({Code::kWrongArgument,
                             name.span,
                             fmt::format("'{}' is a parameter and stands for a name here", name.text),
                             {},
                             {{argument.span, "the argument is a value"}},
                             "let the argument be a name, or rename the parameter"});
    return same(name);
}

Scope Cloner::scope(const Scope& scope) {
    Scope copies;
    for (const Name& one : scope)
        if (budget_.take(1, place_)) copies.push_back(name(one));
    return copies;
}

ExprPtr Cloner::expr(const ExprPtr& expr) { return expr ? node(*expr, true) : nullptr; }

ExprPtr Cloner::node(const Expr& original, bool substitute) {
    auto copy = std::make_unique<Expr>();
    copy->span = moved(original.span);
    if (!budget_.take(1, place_) || !budget_.take_text(original.text.size(), place_)) return copy;
    if (original.kind == ExprKind::kName && substitute) {
        if (const auto found = values_.find(original.text); found != values_.end()) {
            ExprPtr value = node(*found->second.value, false);
            if (found->second.in_place) value->span = copy->span;
            value->bracketed = true;
            return value;
        }
    }
    if (++depth_ > kMaxNesting) {
        diagnostics_.error(
            Code::kNesting, original.span,
            fmt::format("more than {} operators stand in one another here, with what stands for the names",
                        kMaxNesting),
            "give a part of it a name with 'const'");
        budget_.stop();
    } else {
        copy->kind = original.kind;
        copy->integer = original.integer;
        copy->text = original.text;
        copy->text_span = moved(original.text_span);
        copy->bracketed = original.bracketed;
        for (std::size_t i = 0; i < original.operands.size(); ++i) {
            const bool is_callee = original.kind == ExprKind::kCall && i == 0;
            copy->operands.push_back(node(*original.operands[i], substitute && !is_callee));
        }
        for (const Name& one : original.argument_names) copy->argument_names.push_back(same(one));
    }
    --depth_;
    return copy;
}

Attribute Cloner::copy(const Attribute& attribute) {
    return {same(attribute.name), scope(attribute.scope), expr(attribute.value), moved(attribute.span)};
}

Assertion Cloner::copy(const Assertion& assertion) {
    return {expr(assertion.condition), expr(assertion.message), moved(assertion.span)};
}

Expect Cloner::copy(const Expect& expect) { return {expr(expect.call)}; }

Use Cloner::copy(const Use& use) { return {expr(use.call)}; }

std::unique_ptr<Field> Cloner::copy(const std::unique_ptr<Field>& field) {
    return std::make_unique<Field>(Field{same(field->type), name(field->name), scope(field->scope),
                                         expr(field->value), moved(field->span)});
}

std::unique_ptr<Block> Cloner::copy(const std::unique_ptr<Block>& block) {
    auto made = std::make_unique<Block>();
    made->kind = same(block->kind);
    if (block->name) made->name = name(*block->name);
    made->scope = scope(block->scope);
    if (budget_.take_text(block->doc.size(), place_)) made->doc = block->doc;
    made->span = moved(block->span);
    made->end = moved(block->end);
    made->entries = entries(block->entries);
    return made;
}

std::unique_ptr<When> Cloner::copy(const std::unique_ptr<When>& when) {
    auto made = std::make_unique<When>();
    for (const When::Branch& branch : when->branches)
        made->branches.push_back({expr(branch.condition), entries(branch.body)});
    return made;
}

std::unique_ptr<For> Cloner::copy(const std::unique_ptr<For>& loop) {
    return std::make_unique<For>(For{same(loop->variable), expr(loop->first), expr(loop->last),
                                     entries(loop->body), moved(loop->span)});
}

Entry Cloner::entry(const Entry& entry) {
    return std::visit([&](const auto& one) { return Entry(copy(one)); }, entry);
}

Entries Cloner::entries(const Entries& entries) {
    Entries copies;
    copies.reserve(entries.size());
    for (const Entry& one : entries) {
        if (!budget_.take(1, place_)) break;
        copies.push_back(entry(one));
    }
    return copies;
}

}  // namespace igvm::spec
