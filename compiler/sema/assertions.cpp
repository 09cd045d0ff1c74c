#include <fmt/format.h>

#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

void check(const Assertion& assertion, PlatformSet platforms, Binding& binding) {
    PlatformSet failed = 0;
    for (PlatformIndex platform : binding.each(platforms)) {
        const auto holds = binding.evaluator.boolean(*assertion.condition, platform, "assert condition");
        if (holds && !*holds) failed |= set_of(platform);
    }
    if (failed == 0) return;
    std::string message = "assertion failed";
    if (failed != binding.kept) message += " on " + binding.platform_list(failed);
    if (assertion.message) {
        const PlatformIndex first = binding.each(failed).front();
        const auto text = binding.evaluator.text(*assertion.message, first, "assert message");
        if (!text) return;
        message += ": " + *text;
    }
    binding.error(Code::kAssertionFailed, assertion.condition->span, std::move(message));
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
