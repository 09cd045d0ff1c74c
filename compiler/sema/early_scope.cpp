#include "sema/early_scope.hpp"

#include <fmt/format.h>

namespace igvm::spec {

EarlyScope::EarlyScope(const std::vector<Tree*>& trees, Diagnostics& diagnostics)
    : diagnostics_(diagnostics) {
    for (const Tree* tree : trees) {
        for (const Block& block : tree->blocks) collect(block.entries);
        for (const Fragment& fragment : tree->fragments) collect(fragment.body);
    }
}

void EarlyScope::collect(const Entries& entries) {
    for (const Block* block : all<Block>(entries)) {
        if (block->name) names_.insert(block->name->text);
        collect(block->entries);
    }
    for (const When* when : all<When>(entries))
        for (const When::Branch& branch : when->branches) collect(branch.body);
    for (const For* loop : all<For>(entries)) collect(loop->body);
}

std::optional<Value> EarlyScope::find_block(std::string_view name, Span use) {
    if (!names_.contains(name)) return std::nullopt;
    diagnostics_.error(Code::kEarlyValue, use,
                       fmt::format("'{}' is a block: conditions and loops cannot depend on the layout", name),
                       "use constants, parameters and inputs");
    return Value{};
}

std::optional<std::vector<const Block*>> EarlyScope::regions(const RegionFilter&, Span use, PlatformIndex) {
    diagnostics_.error(Code::kEarlyValue, use, "conditions and loops decide which regions there are",
                       "use constants, parameters and inputs");
    return std::nullopt;
}

}  // namespace igvm::spec
