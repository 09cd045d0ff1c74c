#include "sema/block_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace igvm::spec {
namespace {

/// The places of the two uses that made one text twice; nothing when the texts are two.
std::optional<std::pair<Span, Span>> uses_that_part(Span first, Span second, const Expansions& expansions) {
    while (first.same_text(second) && first.expansion != second.expansion) {
        if (first.expansion == 0 || second.expansion == 0) return std::nullopt;
        first = expansions[first.expansion].from;
        second = expansions[second.expansion].from;
        if (!first.same_text(second)) return std::pair(first, second);
    }
    return std::nullopt;
}

using Declarations = std::map<std::string_view, Span>;

Declarations declarations_of(const std::vector<Tree*>& trees) {
    Declarations declarations;
    for (const Tree* tree : trees) {
        for (const Declaration& each : tree->declarations)
            declarations.emplace(each.name.text, each.name.span);
    }
    return declarations;
}

/// A block that makes the name mean two things: it has the same name, or "ap[1]" stands beside "ap".
const BoundBlock* namesake(std::string_view name, const Binding& binding) {
    for (std::size_t end = name.size(); end != std::string_view::npos; end = name.rfind('[', end - 1)) {
        const auto same = binding.named.find(name.substr(0, end));
        if (same != binding.named.end()) return same->second;
    }
    const auto element = binding.named.lower_bound(fmt::format("{}[", name));
    const bool repeated = element != binding.named.end() && element->first.starts_with(name) &&
                          element->first[name.size()] == '[';
    return repeated ? element->second : nullptr;
}

/// False for a copy of a block that has its name already. An insert has the name of its area.
bool name_block(BoundBlock& block, const Declarations& declarations, Binding& binding) {
    if (!block.tree->name || block.row->refers) return true;
    const Name& name = *block.tree->name;
    const std::string_view base = std::string_view(name.text).substr(0, name.text.find('['));
    const auto message = [&] { return fmt::format("the name '{}' is taken", base); };
    const BoundBlock* other = namesake(name.text, binding);
    if (other != nullptr) report_duplicate(name, other->tree->name->span, message(), binding.diagnostics);
    binding.named.try_emplace(name.text, &block);
    if (const auto taken = declarations.find(base); taken != declarations.end())
        report_duplicate(name, taken->second, message(), binding.diagnostics);
    return other == nullptr || !other->tree->name->span.same_text(name.span);
}

/// Something else is wrong with the name.
bool is_reported(Span place, const Diagnostics& diagnostics) {
    return std::ranges::any_of(
        diagnostics.kept(), [&](const Diagnostic& kept) { return kept.span && kept.span->same_text(place); });
}

}  // namespace

void report_duplicate(const Name& name, Span first, std::string message, Diagnostics& diagnostics) {
    if (is_reported(name.span, diagnostics)) return;
    const auto uses = uses_that_part(first, name.span, diagnostics.expansions);
    if (!uses)
        return diagnostics.report({Code::kDuplicateName,
                                   name.span,
                                   std::move(message),
                                   {},
                                   {{first, "it was declared here"}},
                                   "rename one of them"});
    const Span text{name.span.begin, name.span.end, name.span.file};
    diagnostics.report({Code::kDuplicateName,
                        uses->second,
                        std::move(message),
                        {},
                        {{uses->first, "this use has declared it"}, {text, "the fragment declares it here"}},
                        "let the fragment take the name as a parameter"});
}

void list_blocks(const std::vector<Tree*>& trees, Binding& binding) {
    const Declarations declarations = declarations_of(trees);
    for (const auto& block : binding.image->blocks) {
        const bool is_group = block->row->kind == "group";
        if (name_block(*block, declarations, binding) && !is_group) binding.items.push_back(block.get());
        if (!is_group) continue;
        for (const auto& member : block->blocks)
            if (name_block(*member, declarations, binding)) binding.items.push_back(member.get());
    }
}

}  // namespace igvm::spec
