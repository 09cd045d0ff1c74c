#include "sema/listing.hpp"

#include <algorithm>

namespace igvm::spec {
namespace {

std::vector<std::string> names(const Binding& binding, PlatformSet set) {
    std::vector<std::string> result;
    for (const PlatformIndex platform : binding.each(set))
        result.emplace_back(binding.platform_name(platform));
    return result;
}

/// Adds a platform's value to the entry that has the same one, from entry `first` on.
void add(std::vector<ListedValue>& values, std::size_t first, ListedValue one) {
    const auto same = std::find_if(
        values.begin() + static_cast<std::ptrdiff_t>(first), values.end(),
        [&](const ListedValue& other) { return other.word == one.word && equal(other.value, one.value); });
    if (same == values.end())
        values.push_back(std::move(one));
    else
        same->platforms.push_back(one.platforms.front());
}

/// Bytes are evaluated where they lie, as for the image.
Value value_of(Binding& binding, const BoundBlock& block, const BoundAttribute& attribute,
               PlatformIndex platform) {
    const Expr& expr = *attribute.tree->value;
    if (attribute.row == nullptr || attribute.row->type != schema::AttributeType::kBytes)
        return binding.evaluator.evaluate(expr, platform);
    auto data = binding.bytes(block, attribute.tree->name.text, platform);
    if (!data) return {};
    return {*std::move(data), expr.span};
}

/// The word or the list of words that an attribute has on the platform; empty: it has a value.
std::string word_on(Binding& binding, const BoundBlock& block, const BoundAttribute& attribute,
                    PlatformIndex platform) {
    using enum schema::AttributeType;
    const Expr& expr = *attribute.tree->value;
    if (attribute.row == nullptr) return {};
    if (attribute.row->type == kWords && expr.kind == ExprKind::kList) return word_of(expr);
    if (attribute.row->type != kKeyword) return {};
    const auto value = binding.keyword(block, attribute.row->name, platform, 0);
    const auto word = std::ranges::find(attribute.row->keywords, value, &schema::Keyword::value);
    return word == attribute.row->keywords.end() ? std::string() : std::string(word->name);
}

void list_attribute(Binding& binding, const BoundBlock& block, const BoundAttribute& attribute,
                    std::vector<ListedValue>& values) {
    const std::size_t first = values.size();
    for (const PlatformIndex platform : binding.each(attribute.platforms)) {
        std::string word = word_on(binding, block, attribute, platform);
        Value value = word.empty() ? value_of(binding, block, attribute, platform) : Value{false, {}};
        add(values, first,
            {attribute.tree->name.text,
             {std::string(binding.platform_name(platform))},
             std::move(word),
             std::move(value)});
    }
}

bool has_place(const BoundBlock& block, PlatformIndex platform) {
    return schema::find_attribute(*block.row, "size") != nullptr &&
           (block.find("at", platform) || block.find("end", platform) || block.find("after", platform));
}

/// Where the block came to lie.
void list_place(Binding& binding, const BoundBlock& block, std::vector<ListedValue>& values) {
    const auto list_property = [&](const char* name, auto value_of) {
        const std::size_t first = values.size();
        for (const PlatformIndex platform : binding.each(block.platforms)) {
            const auto range = has_place(block, platform) ? binding.range(block, platform) : std::nullopt;
            if (range)
                add(values, first,
                    {name, {std::string(binding.platform_name(platform))}, {}, Value{value_of(*range), {}}});
        }
    };
    list_property(".at", [](const AddressRange& range) { return range.begin; });
    list_property(".size", [](const AddressRange& range) { return range.end - range.begin; });
}

ListedBlock list(Binding& binding, const BoundBlock& block) {
    ListedBlock listed{block.tree->kind.text,
                       block.tree->name ? block.tree->name->text : std::string(),
                       block.tree->doc,
                       names(binding, block.platforms),
                       {},
                       {}};
    for (const BoundAttribute& attribute : block.attributes)
        list_attribute(binding, block, attribute, listed.values);
    list_place(binding, block, listed.values);
    for (const auto& child : block.blocks) listed.blocks.push_back(list(binding, *child));
    return listed;
}

}  // namespace

ListedBlock list_values(Binding& binding) { return list(binding, *binding.image); }

}  // namespace igvm::spec
