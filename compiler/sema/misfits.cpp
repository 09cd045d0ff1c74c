#include "sema/misfits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "sema/registers.hpp"

namespace igvm::spec {
namespace {

/// Where an entry is that a block may or may not take; nothing for an assertion and the like.
std::optional<Span> place_of(const Entry& entry) {
    if (const auto* attribute = held<Attribute>(entry)) return attribute->name.span;
    if (const auto* field = held<Field>(entry)) return field->type.span;
    const auto* block = held<Block>(entry);
    return block == nullptr ? std::nullopt : std::optional(block->kind.span);
}

bool is_attribute_of_some_block(std::string_view name) {
    return names_register(name) || schema::find_field_type(name) != nullptr ||
           std::ranges::any_of(schema::blocks(), [&](const schema::BlockRow& row) {
               return schema::find_attribute(row, name) != nullptr;
           });
}

/// The entry is of another kind of block. A word that nothing takes is a slip of its own.
bool belongs_elsewhere(const Entry& entry, const Block& block, const schema::BlockRow& row) {
    if (held<Field>(entry) != nullptr) return !row.fields;
    if (const auto* attribute = held<Attribute>(entry)) {
        const std::string_view name = attribute->name.text;
        const bool taken = row.fields ? schema::find_field_type(name) != nullptr
                                      : schema::find_attribute(row, name) != nullptr ||
                                            (row.registers && names_register(name));
        return !taken && is_attribute_of_some_block(name);
    }
    const std::string_view kind = held<Block>(entry)->kind.text;
    const std::string_view name = block.name ? std::string_view(block.name->text) : "";
    return schema::find_block(kind, row.kind, name) == nullptr && !schema::parents_of(kind).empty();
}

/// What one use put into the block.
struct Inserted {
    Span first;
    std::size_t count = 0;
    bool fits = false;  ///< something in it may
};

}  // namespace

std::set<ExpansionId> report_misfits(const Block& block, const schema::BlockRow& row,
                                     Diagnostics& diagnostics) {
    std::map<ExpansionId, Inserted> inserted;
    for (const Entry& entry : block.entries) {
        const auto place = place_of(entry);
        const bool is_own = !place || place->expansion == block.kind.span.expansion;
        if (is_own || diagnostics.expansions.is_iteration(place->expansion)) continue;
        Inserted& use = inserted.try_emplace(place->expansion, Inserted{*place}).first->second;
        ++use.count;
        use.fits = use.fits || !belongs_elsewhere(entry, block, row);
    }
    std::set<ExpansionId> misfits;
    for (const auto& [id, use] : inserted) {
        if (use.fits || use.count < 2) continue;
        misfits.insert(id);
        diagnostics.report({Code::kMisplacedBlock,
                            diagnostics.expansions[id].from,
                            fmt::format("nothing in this fragment belongs in {}", row.kind),
                            {},
                            {{use.first, fmt::format("this is the first of {} entries", use.count)}},
                            {}});
    }
    return misfits;
}

}  // namespace igvm::spec
