#include <fmt/format.h>

#include "sema/bodies.hpp"
#include "sema/written.hpp"

namespace igvm::spec {
namespace {

/// The operand that makes a conjunction false; null when an error keeps it from being known.
const Expr* first_false(const Expr& conjunction, PlatformIndex platform, Evaluator& evaluator) {
    for (const ExprPtr& operand : conjunction.operands) {
        const auto holds = evaluator.boolean(*operand, platform, "assert condition");
        if (!holds || !*holds) return holds ? operand.get() : nullptr;
    }
    return nullptr;
}

/// Both sides of the comparison that makes the condition false; empty when it is no comparison that does.
std::string sides(const Expr& condition, PlatformIndex platform, Evaluator& evaluator) {
    const Expr* at = &condition;
    while (at != nullptr && at->kind == ExprKind::kBinary && at->text == "&&")
        at = first_false(*at, platform, evaluator);
    if (at == nullptr || !is_comparison(*at) || at->operands.size() != 2) return {};
    const Value left = evaluator.evaluate(*at->operands[0], platform);
    const Value right = evaluator.evaluate(*at->operands[1], platform);
    const std::string left_text = value_text(*at->operands[0], left);
    const std::string right_text = value_text(*at->operands[1], right);
    if (left_text.empty() || right_text.empty()) return {};
    return fmt::format("left is {}, right is {}", left_text, right_text);
}

void check(const Assertion& assertion, PlatformSet platforms, Binding& binding) {
    PlatformSet failed = 0;
    for (PlatformIndex platform : binding.each(platforms)) {
        const auto holds = binding.evaluator.boolean(*assertion.condition, platform, "assert condition");
        if (holds && !*holds) failed |= set_of(platform);
    }
    if (failed == 0) return;
    std::string message = "assertion failed";
    if (failed != binding.kept) message += " on " + binding.platform_list(failed);
    const PlatformIndex first = binding.each(failed).front();
    if (assertion.message) {
        const auto text = binding.evaluator.text(*assertion.message, first, "assert message");
        if (!text) return;
        message += ": " + *text;
    }
    binding.diagnostics.report({Code::kAssertionFailed,
                                assertion.condition->span,
                                std::move(message),
                                sides(*assertion.condition, first, binding.evaluator),
                                {},
                                {}});
}

void check_block(const BoundBlock& block, Binding& binding) {
    for (const Assertion* assertion : all<Assertion>(block.tree->entries))
        check(*assertion, block.platforms, binding);
    for (const auto& child : block.blocks) check_block(*child, binding);
}

}  // namespace

void check_assertions(const std::vector<Tree*>& trees, Binding& binding) {
    for (const Tree* tree : trees) {
        for (const Assertion& assertion : tree->assertions) check(assertion, binding.kept, binding);
    }
    check_block(*binding.image, binding);
}

}  // namespace igvm::spec
