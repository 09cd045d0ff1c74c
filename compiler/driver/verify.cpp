#include "driver/verify.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "igvm/check.hpp"

namespace igvm::spec {
namespace {

/// Whether the binder leaves it to the rules to judge what the item says.
struct LeftToRules {
    bool operator()(const model::VpContext& context) const { return context.raw.has_value(); }
    bool operator()(const model::Relocatable&) const { return true; }
    bool operator()(const model::PageTableRegion&) const { return true; }
    bool operator()(const auto&) const { return false; }
};

/// Headers that the spec writes out or imports can break what the binder saw to for all others.
bool is_written_out(const model::Item* item) {
    return item && (std::holds_alternative<model::RawHeader>(item->body) ||
                    std::holds_alternative<model::Import>(item->body));
}

bool left_to_rules(const model::Item* item) { return item && std::visit(LeftToRules{}, item->body); }

/// The item that a finding at the file offset is about, or null. Items may share a payload: what is left to
/// the rules comes first.
const model::Item* item_at(const Image& view, std::uint64_t offset, const ir::Program& program,
                           const model::Image& image) {
    const model::Item* first = nullptr;
    for (const std::uint32_t header : headers_at(view, offset)) {
        const std::uint32_t index =
            header < program.directives.size() ? program.directives[header].item : ir::kNoItem;
        const model::Item* const item = index == ir::kNoItem ? nullptr : &image.items[index];
        if (left_to_rules(item)) return item;
        if (first == nullptr) first = item;
    }
    return first;
}

bool holds(const Image& view, const Header& header, std::uint64_t offset) {
    const std::uint64_t end =
        header.offset + sizeof(VariableHeader) + header.body.size() + header.padding.size();
    if (offset >= header.offset && offset < end) return true;
    const auto payload = view.payload(header);
    if (!payload || payload->empty()) return false;
    const auto begin = static_cast<std::uint64_t>(payload->data() - view.bytes().data());
    return offset >= begin && offset - begin < payload->size();
}

Diagnostic breach(const Finding& finding, const model::Item* item, bool of_spec) {
    const RuleInfo& rule = rule_info(finding.rule);
    const std::string owner = item ? " in " + item->name : std::string();
    return {.code = of_spec ? Code::kRule : Code::kOutput,
            .span = item ? std::optional(item->span) : std::nullopt,
            .message = fmt::format("{}the image breaks rule {}{}: {}",
                                   of_spec ? "" : "internal error: ", rule.id, owner, finding.detail),
            .label = {},
            .notes = {{std::nullopt, fmt::format("at offset {:#x} of the image", finding.offset)}},
            .help = std::string(rule.help)};
}

}  // namespace

std::vector<std::uint32_t> headers_at(const Image& view, std::uint64_t offset) {
    std::vector<std::uint32_t> contexts, others;
    for (const Header header : view)
        if (holds(view, header, offset))
            (header.is(HeaderType::kVpContext) ? contexts : others).push_back(header.index);
    contexts.insert(contexts.end(), others.begin(), others.end());
    return contexts;
}

bool verify(const Image& view, const ir::Program& program, const model::Image& image,
            Diagnostics& diagnostics) {
    const bool any_written_out =
        std::ranges::any_of(image.items, [](const model::Item& item) { return is_written_out(&item); });
    bool ours = false;
    for (const Finding& finding : check(view).findings) {
        if (finding.severity != Severity::kError) continue;
        const model::Item* item = item_at(view, finding.offset, program, image);
        if (image.allowed.contains(finding.rule)) continue;
        if (finding.rule == Rule::kFileUnknownType && is_written_out(item)) continue;
        // The binder does not compare parameter areas with page table regions.
        const bool of_spec =
            any_written_out || left_to_rules(item) || finding.rule == Rule::kInsertInPageTable;
        ours = ours || !of_spec;
        diagnostics.report(breach(finding, item, of_spec));
    }
    return !ours;
}

Diagnostic unmeasurable(const Error& error, const Image& view, const ir::Program& program,
                        const model::Image& image) {
    const model::Item* item = item_at(view, error.offset, program, image);
    return {.code = Code::kMeasurement,
            .span = item ? std::optional(item->span) : std::nullopt,
            .message = "the image cannot be measured: " + error.detail,
            .label = {},
            .notes = {},
            .help = std::string(rule_info(error.rule).help)};
}

}  // namespace igvm::spec
