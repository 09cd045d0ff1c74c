#include "schema/schema.hpp"

#include <algorithm>

namespace igvm::spec::schema {
namespace {

template <class Rows>
auto* find_row(const Rows& rows, std::string_view name) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.name == name; });
    return row == rows.end() ? nullptr : &*row;
}

bool holds(const BlockRow& row, std::string_view parent, std::string_view parent_name) {
    const bool belongs = row.parent == parent || (!row.also_in.empty() && row.also_in == parent);
    return belongs && (row.within.empty() || std::ranges::find(row.within, parent_name) != row.within.end());
}

}  // namespace

const BlockRow* find_block(std::string_view kind, std::string_view parent, std::string_view parent_name) {
    for (const BlockRow& row : blocks()) {
        if (row.kind == kind && holds(row, parent, parent_name)) return &row;
    }
    return nullptr;
}

bool declares_name(std::string_view kind) {
    return std::ranges::any_of(blocks(), [&](const BlockRow& row) {
        return row.kind == kind && row.naming != Naming::kNone && !row.refers;
    });
}

std::vector<std::string_view> kinds_within(std::string_view parent, std::string_view parent_name) {
    std::vector<std::string_view> kinds;
    for (const BlockRow& row : blocks()) {
        if (holds(row, parent, parent_name)) kinds.push_back(row.kind);
    }
    return kinds;
}

std::vector<std::string_view> parents_of(std::string_view kind) {
    std::vector<std::string_view> parents;
    for (const BlockRow& row : blocks()) {
        if (row.kind == kind && std::ranges::find(parents, row.parent) == parents.end()) {
            parents.push_back(row.parent);
        }
    }
    return parents;
}

const AttributeRow* find_attribute(const BlockRow& block, std::string_view name) {
    return find_row(block.attributes, name);
}

const FieldRow* find_field_type(std::string_view name) {
    const auto rows = field_types();
    const auto found = std::ranges::find(rows, name, &FieldRow::type_name);
    return found == rows.end() ? nullptr : &*found;
}

const Keyword* find_keyword(const AttributeRow& attribute, std::string_view name) {
    return find_row(attribute.keywords, name);
}

}  // namespace igvm::spec::schema
