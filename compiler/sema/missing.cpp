// All params and inputs that have no value, once one is known not to have any.
#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

bool has_value(const BoundAttribute& attribute) {
    using enum schema::AttributeType;
    return attribute.row == nullptr || (attribute.row->type != kKeyword && attribute.row->type != kWords);
}

/// Adds the expressions of a block, and of those in it, that count on the platform.
void collect(const BoundBlock& block, PlatformIndex platform, std::vector<const Expr*>& exprs) {
    if (!contains(block.platforms, platform)) return;
    for (const BoundAttribute& attribute : block.attributes)
        if (has_value(attribute) && contains(attribute.platforms, platform))
            exprs.push_back(attribute.tree->value.get());
    for (const BoundField& field : block.fields)
        if (contains(field.platforms, platform)) exprs.push_back(field.value);
    for (const Assertion* assertion : all<Assertion>(block.tree->entries))
        exprs.push_back(assertion->condition.get());
    for (const auto& child : block.blocks) collect(*child, platform, exprs);
}

}  // namespace

void report_missing_values(Binding& binding) {
    if (!binding.evaluator.lacks_values()) return;
    for (const PlatformIndex platform : binding.each(binding.kept)) {
        std::vector<const Expr*> exprs;
        collect(*binding.image, platform, exprs);
        binding.evaluator.report_missing(std::move(exprs), platform);
    }
}

}  // namespace igvm::spec
