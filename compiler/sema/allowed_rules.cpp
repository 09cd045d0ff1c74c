// The rules of the format that an image says it may break.
#include <fmt/format.h>

#include "igvm/check.hpp"
#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

/// What the checker reports and can be told not to, and what keeps a platform from being measured.
bool can_be_allowed(Rule rule) {
    return is_adjustable(rule) || rule == Rule::kLaunchTooLarge || rule == Rule::kMeasureUnsupported ||
           rule == Rule::kMeasurePageType;
}

std::optional<Rule> rule_named(Binding& binding, const Expr& word) {
    const std::string name = word_of(word);
    const RuleInfo* info = find_rule(name);
    if (info != nullptr && can_be_allowed(info->rule)) return info->rule;
    if (info != nullptr) {
        binding.error(Code::kBadEnumValue, word.span,
                      fmt::format("{} cannot be allowed: a file that breaks it cannot be read", name),
                      fmt::format("`igvm explain {}` tells more", info->id));
        return std::nullopt;
    }
    std::vector<std::string_view> ids;
    for (const RuleInfo& each : all_rules())
        if (can_be_allowed(each.rule)) ids.push_back(short_id(each));
    std::string help = did_you_mean(name, ids);
    if (word.kind == ExprKind::kString) help = "write the id without quotes";
    if (help.empty()) help = "write ids such as D020; `igvm explain` lists all rules";
    binding.error(Code::kBadEnumValue, word.span, "this is not the id of a rule", help);
    return std::nullopt;
}

}  // namespace

std::set<Rule> bind_allowed_rules(Binding& binding) {
    std::set<Rule> rules;
    const PlatformIndex any = binding.each(binding.kept).front();
    const BoundAttribute* allow = binding.image->find("allow", any);
    if (allow == nullptr) return rules;
    const Expr& list = *allow->tree->value;
    if (list.kind == ExprKind::kPoison) return rules;
    if (list.kind != ExprKind::kList) {
        binding.error(Code::kTypeMismatch, list.span, "image allow is a list of the ids of rules",
                      "such as allow = [D020]");
        return rules;
    }
    for (const ExprPtr& word : list.operands)
        if (const auto rule = rule_named(binding, *word)) rules.insert(*rule);
    return rules;
}

}  // namespace igvm::spec
