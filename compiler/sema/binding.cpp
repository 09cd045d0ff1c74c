#include "sema/binding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace igvm::spec {
namespace {

std::vector<std::string_view> names_of(std::span<const schema::Keyword> keywords) {
    std::vector<std::string_view> names;
    for (const schema::Keyword& keyword : keywords) names.push_back(keyword.name);
    return names;
}

/// `gdt.at` where `gdt` was meant.
std::string name_alone(Binding& binding, const Expr& expr) {
    const bool of_name = expr.kind == ExprKind::kMember && expr.operands[0]->kind == ExprKind::kName;
    if (!of_name || binding.visible(expr.operands[0]->text, expr.span) == nullptr) return {};
    return fmt::format("write the name alone: {}", expr.operands[0]->text);
}

}  // namespace

std::string word_of(const Expr& expr) {
    if (expr.kind == ExprKind::kInteger) return std::to_string(expr.integer);
    if (expr.kind == ExprKind::kList) {
        std::vector<std::string> words;
        for (const ExprPtr& word : expr.operands) words.push_back(word_of(*word));
        return fmt::format("[{}]", fmt::join(words, ", "));
    }
    return expr.kind == ExprKind::kName ? expr.text : std::string();
}

bool same_bytes(const model::Blob& a, const model::Blob& b) {
    if (a.bytes.data() == b.bytes.data() && a.bytes.size() == b.bytes.size()) return true;
    return std::ranges::equal(a.bytes, b.bytes);
}

std::string BoundBlock::title() const {
    return tree->name ? fmt::format("{} '{}'", tree->kind.text, tree->name->text) : tree->kind.text;
}

std::string BoundBlock::member(std::string_view name) const {
    return fmt::format("{}.{}", tree->name ? tree->name->text : tree->kind.text, name);
}

const BoundAttribute* BoundBlock::find(std::string_view name, PlatformIndex platform) const {
    for (const BoundAttribute& attribute : attributes) {
        if (attribute.tree->name.text == name && contains(attribute.platforms, platform)) return &attribute;
    }
    return nullptr;
}

const BoundAttribute* BoundBlock::find_scoped() const {
    const auto found = std::ranges::find_if(
        attributes, [this](const BoundAttribute& attribute) { return attribute.platforms != platforms; });
    return found == attributes.end() ? nullptr : &*found;
}

std::vector<PlatformIndex> Binding::each(PlatformSet set) const {
    std::vector<PlatformIndex> indices;
    for (PlatformIndex i = 0; i < platforms.size(); ++i) {
        if (contains(set & kept, i)) indices.push_back(i);
    }
    return indices;
}

std::string Binding::platform_list(PlatformSet set) const {
    std::vector<std::string_view> names;
    for (PlatformIndex i = 0; i < platforms.size(); ++i) {
        if (contains(set, i)) names.push_back(platform_name(i));
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

std::optional<std::uint64_t> Binding::integer(const BoundBlock& block, std::string_view name,
                                              PlatformIndex platform, std::uint64_t absent,
                                              std::uint64_t max) {
    const BoundAttribute* attribute = block.find(name, platform);
    if (attribute == nullptr) return absent;
    return evaluator.integer(*attribute->tree->value, platform, block.attribute(name), max);
}

std::optional<bool> Binding::boolean(const BoundBlock& block, std::string_view name, PlatformIndex platform,
                                     bool absent) {
    const BoundAttribute* attribute = block.find(name, platform);
    if (attribute == nullptr) return absent;
    return evaluator.boolean(*attribute->tree->value, platform, block.attribute(name));
}

std::optional<model::Blob> Binding::bytes(const BoundBlock& block, std::string_view name,
                                          PlatformIndex platform) {
    const BoundAttribute* attribute = block.find(name, platform);
    if (attribute == nullptr) return model::Blob{};
    return evaluator.placed_bytes(attribute, *attribute->tree->value, platform, block.member(name),
                                  block.attribute(name), [&] { return address(block, platform); });
}

std::optional<std::uint64_t> Binding::keyword(const BoundBlock& block, std::string_view name,
                                              PlatformIndex platform, std::uint64_t absent) {
    const BoundAttribute* attribute = block.find(name, platform);
    if (attribute == nullptr) return absent;
    const Expr& given = *attribute->tree->value;
    if (given.kind != ExprKind::kConditional) return keyword_value(block, *attribute, given);
    const Value value =
        evaluator.guarded(attribute, platform, block.member(name), given.span, [&]() -> Value {
            const Expr* word = are_keywords(block, *attribute, given) ? &given : nullptr;
            while (word != nullptr && word->kind == ExprKind::kConditional)
                word = evaluator.chosen(*word, platform);
            if (word == nullptr) return {};
            return {*keyword_value(block, *attribute, *word), word->span};
        });
    if (value.poisoned()) return std::nullopt;
    return std::get<std::uint64_t>(value.data);
}

/// Looks at the words of all branches, so that a misspelled one is found whichever counts.
bool Binding::are_keywords(const BoundBlock& block, const BoundAttribute& attribute, const Expr& value) {
    if (value.kind != ExprKind::kConditional) return keyword_value(block, attribute, value).has_value();
    const bool first = are_keywords(block, attribute, *value.operands[1]);
    return are_keywords(block, attribute, *value.operands[2]) && first;
}

std::optional<std::uint64_t> Binding::keyword_value(const BoundBlock& block, const BoundAttribute& attribute,
                                                    const Expr& value) {
    if (value.kind == ExprKind::kPoison) return std::nullopt;
    const std::string word = word_of(value);
    if (const schema::Keyword* found = schema::find_keyword(*attribute.row, word)) return found->value;
    const auto names = names_of(attribute.row->keywords);
    const bool quoted = value.kind == ExprKind::kString;
    error(Code::kBadEnumValue, value.span,
          fmt::format("{} is one of {}", block.attribute(attribute.row->name), fmt::join(names, ", ")),
          quoted ? "write the word without quotes" : did_you_mean(word, names));
    return std::nullopt;
}

std::optional<std::uint64_t> Binding::words(const BoundBlock& block, std::string_view name,
                                            PlatformIndex platform) {
    const BoundAttribute* attribute = block.find(name, platform);
    if (attribute == nullptr) return 0;
    const Expr& list = *attribute->tree->value;
    if (list.kind == ExprKind::kPoison) return std::nullopt;
    if (list.kind != ExprKind::kList) {
        error(Code::kTypeMismatch, list.span, block.attribute(name) + " is a list of words",
              fmt::format("such as {} = [{}]", name, attribute->row->keywords.front().name));
        return std::nullopt;
    }
    std::uint64_t sum = 0;
    bool good = true;
    for (const ExprPtr& word : list.operands) {
        const auto value = keyword_value(block, *attribute, *word);
        good = good && value.has_value();
        sum |= value.value_or(0);
    }
    return good ? std::optional(sum) : std::nullopt;
}

std::optional<AddressRange> Binding::address_pair(const BoundBlock& block, std::string_view name,
                                                  PlatformIndex platform) {
    const Expr& expr = *block.find(name, platform)->tree->value;
    const Value value = evaluator.evaluate(expr, platform);
    if (value.poisoned()) return std::nullopt;
    const auto* list = std::get_if<List>(&value.data);
    const auto number = [&](std::size_t i) {
        return list == nullptr || list->size() != 2 ? nullptr : std::get_if<std::uint64_t>(&(*list)[i].data);
    };
    const auto* const first = number(0);
    const auto* const last = number(1);
    if (first == nullptr || last == nullptr) {
        error(Code::kTypeMismatch, expr.span, block.attribute(name) + " is a list of two addresses",
              fmt::format("such as {} = [16M, 4G]", name));
        return std::nullopt;
    }
    if (*first > *last || *last > kAddressLimit) {
        error(Code::kAddressRange, expr.span,
              fmt::format("{:#x} and {:#x} are not two addresses in ascending order up to 2^52", *first,
                          *last));
        return std::nullopt;
    }
    if (*first % kPageSize != 0 || *last % kPageSize != 0) {
        error(Code::kAlignment, expr.span,
              fmt::format("{:#x} and {:#x} are not both multiples of 4K", *first, *last),
              "align_down and align_up give multiples");
        return std::nullopt;
    }
    return AddressRange{*first, *last};
}

std::optional<const BoundBlock*> Binding::reference(const BoundBlock& block, std::string_view name,
                                                    PlatformIndex platform) {
    const BoundAttribute* attribute = block.find(name, platform);
    if (attribute == nullptr) return nullptr;
    const Expr& expr = *attribute->tree->value;
    const Value value = evaluator.evaluate(expr, platform);
    if (value.poisoned()) return std::nullopt;
    const auto* ref = std::get_if<BlockRef>(&value.data);
    const BoundBlock* target = ref == nullptr ? nullptr : bound(*ref->block);
    if (target == nullptr) {
        error(Code::kTypeMismatch, expr.span,
              fmt::format("{} is the name of a block, not {}", block.attribute(name), type_phrase(value)),
              name_alone(*this, expr));
        return std::nullopt;
    }
    if (!exists_on(*target, platform, expr.span)) return std::nullopt;
    return target;
}

BoundBlock* Binding::visible(std::string_view name, Span use) const {
    for (std::string_view index = diagnostics.expansions[use.expansion].index; !index.empty();
         index = index.substr(0, index.rfind('['))) {
        const auto found = named.find(fmt::format("{}{}", name, index));
        if (found != named.end()) return found->second;
    }
    const auto found = named.find(name);
    return found == named.end() ? nullptr : found->second;
}

std::vector<std::string_view> Binding::repeated(std::string_view name) const {
    std::vector<std::string_view> all;
    const std::size_t most = diagnostics.keeps_more() ? SIZE_MAX : 1;
    const std::string element = fmt::format("{}[", name);
    for (auto at = named.lower_bound(element); at != named.end() && all.size() < most; ++at) {
        if (!at->first.starts_with(element)) break;
        all.push_back(at->first);
    }
    std::ranges::stable_sort(all, {}, &std::string_view::size);
    return all;
}

std::optional<Value> Binding::find_block(std::string_view name, Span use) {
    if (const BoundBlock* block = visible(name, use)) return Value{BlockRef{block->tree}, use};
    if (lost.contains(name)) return Value{};
    const auto all = repeated(name);
    if (all.empty()) return std::nullopt;
    error(Code::kUnknownName, use, fmt::format("there are {} blocks '{}'", all.size(), name),
          fmt::format("say which, such as {}", all.front()));
    return Value{};
}

std::optional<Value> Binding::find_element(std::string_view name, std::string_view index, Span use) {
    const auto found = named.find(fmt::format("{}{}", name, index));
    if (found != named.end()) return Value{BlockRef{found->second->tree}, use};
    const auto all = repeated(name);
    if (all.empty() || lost.names.contains(name))
        return lost.contains(name) ? std::optional<Value>(Value{}) : std::nullopt;
    error(
        Code::kOutOfRange, use,
        fmt::format("there is no {}{}, only {}", name, index,
                    all.size() == 1 ? std::string(all.front())
                                    : fmt::format("{} from {} to {}", all.size(), all.front(), all.back())));
    return Value{};
}

std::vector<std::string_view> Binding::block_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, block] : named) names.push_back(name);
    return names;
}

bool Binding::knows(std::string_view name) const {
    if (named.contains(name) || lost.contains(name) || lost.left_out.contains(name)) return true;
    const std::string element = fmt::format("{}[", name);
    const auto first = named.lower_bound(element);
    return first != named.end() && first->first.starts_with(element);
}

std::optional<Span> Binding::left_out(std::string_view name) const {
    const auto found = lost.left_out.find(name);
    return found == lost.left_out.end() ? std::nullopt : std::optional(found->second);
}

const BoundBlock* Binding::bound(const Block& tree) const {
    if (!tree.name) return nullptr;
    const auto found = named.find(tree.name->text);
    return found == named.end() ? nullptr : found->second;
}

bool Binding::exists_on(const BoundBlock& block, PlatformIndex platform, Span use) {
    if (contains(block.platforms, platform)) return true;
    if (block.platforms == 0) return false;  // its scope was reported
    diagnostics.report(
        {Code::kBadScope,
         use,
         fmt::format("{} does not exist on {}", block.title(), platform_name(platform)),
         "",
         {{block.place(), fmt::format("it is declared on {}", platform_list(block.platforms))}},
         fmt::format("limit this use with 'on {}'", platform_list(block.platforms))});
    return false;
}

std::optional<model::Blob> Binding::contents(const Block& tree, Span use, PlatformIndex platform) {
    const BoundBlock* block = bound(tree);
    if (block == nullptr || !exists_on(*block, platform, use)) return std::nullopt;
    if (block->row->kind != "region") {
        error(Code::kTypeMismatch, use,
              fmt::format("{} is no region: it has no pages of its own", block->title()));
        return std::nullopt;
    }
    const auto kind = page_kind(tree, platform);
    if (!kind) return std::nullopt;
    if (*kind == PageDataType::kNormal) return bytes(*block, "data", platform);
    error(Code::kTypeMismatch, use,
          fmt::format("the platform fills in {}: its pages are not known", block->title()),
          "regions(kind = \"normal\") leaves such regions out");
    return std::nullopt;
}

std::optional<PageDataType> Binding::page_kind(const Block& tree, PlatformIndex platform) {
    const BoundBlock* block = bound(tree);
    if (block == nullptr || block->row->kind != "region") return std::nullopt;
    const auto kind = keyword(*block, "kind", platform, 0);
    return kind ? std::optional(static_cast<PageDataType>(*kind)) : std::nullopt;
}

std::optional<std::uint64_t> Binding::filled_size(const Block& tree, PlatformIndex platform) {
    const BoundBlock* block = bound(tree);
    if (block == nullptr) return std::nullopt;
    const BoundAttribute* data = block->find("data", platform);
    if (data == nullptr) return size(*block, platform);
    return evaluator.size_of(*data->tree->value, platform, fmt::format("{} data", block->row->kind));
}

std::optional<bool> Binding::trait(const BoundBlock& block, std::string_view name, PlatformIndex platform,
                                   bool absent) {
    const BoundAttribute* attribute = block.find(name, platform);
    if (attribute == nullptr) return absent;
    const Span place = attribute->tree->value->span;
    const Value value = evaluator.guarded(attribute, platform, block.member(name), place, [&] {
        const auto given = boolean(block, name, platform, absent);
        return given ? Value{*given, place} : Value{Poison{}, place};
    });
    const auto* known = std::get_if<bool>(&value.data);
    return known == nullptr ? std::nullopt : std::optional(*known);
}

std::optional<std::vector<const Block*>> Binding::regions(const RegionFilter& filter, Span,
                                                          PlatformIndex platform) {
    const std::pair key(platform, filter);
    if (const auto known = found_.find(key); known != found_.end()) return known->second;
    std::vector<const Block*> found;
    for (const BoundBlock* block : items) {
        if (block->row->kind != "region" || !contains(block->platforms, platform)) continue;
        const auto shared = trait(*block, "shared", platform, false);
        const auto measured = trait(*block, "measured", platform, true);
        const auto kind = page_kind(*block->tree, platform);
        if (!shared || !measured || !kind) return std::nullopt;
        if (filter.shared.value_or(*shared) == *shared && filter.measured.value_or(*measured) == *measured &&
            filter.kind.value_or(*kind) == *kind)
            found.push_back(block->tree);
    }
    return found_[key] = std::move(found);
}

}  // namespace igvm::spec
