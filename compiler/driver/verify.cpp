#include "driver/verify.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "igvm/check.hpp"

namespace igvm::spec {
namespace {

/// The item whose header or payload holds the file offset, or null.
const model::Item* item_at(const Image& view, std::uint64_t offset, const ir::Program& program,
                           const model::Image& image) {
    const auto header = header_at(view, offset);
    if (!header || *header >= program.directives.size()) return nullptr;
    const std::uint32_t item = program.directives[*header].item;
    return item == ir::kNoItem ? nullptr : &image.items[item];
}

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

std::optional<std::uint32_t> header_at(const Image& view, std::uint64_t offset) {
    std::optional<std::uint32_t> by_payload;
    for (const Header& header : view) {
        const std::uint64_t end =
            header.offset + sizeof(VariableHeader) + header.body.size() + header.padding.size();
        if (offset >= header.offset && offset < end) return header.index;
        const std::uint64_t payload = header.value(FieldKind::kFileOffset).value_or(0);
        const bool in_payload = payload != 0 && offset >= payload && offset - payload < kPageSize;
        if (in_payload && !by_payload) by_payload = header.index;
    }
    return by_payload;
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
        const bool of_spec = any_written_out || left_to_rules(item);
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
