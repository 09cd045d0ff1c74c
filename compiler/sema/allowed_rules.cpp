// The rules of the format that an image says it may break.
#include <fmt/format.h>
#include <algorithm>

#include "igvm/check.hpp"
#include "sema/allowed_rules.hpp"
#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

constexpr Rule kNeededToMeasure[] = {Rule::kLaunchTooLarge, Rule::kMeasureUnsupported,
                                     Rule::kMeasurePageType};

/// Why a rule that exists cannot be allowed.
std::string_view refusal_of(Rule rule) {
    return is_adjustable(rule) ? "need not be allowed: it does not keep an image from being built"
                               : "cannot be allowed: a file that breaks it cannot be read";
}

std::optional<Rule> rule_named(Binding& binding, const Expr& word) {
    const std::string name = word_of(word);
    const RuleInfo* info = find_rule(name);
    if (info != nullptr && can_be_allowed(info->rule)) return info->rule;
    if (info != nullptr) {
        binding.error(Code::kBadEnumValue, word.span, fmt::format("{} {}", name, refusal_of(info->rule)),
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

bool can_be_allowed(Rule rule) {
    if (std::ranges::find(kNeededToMeasure, rule) != std::end(kNeededToMeasure)) return true;
    return is_adjustable(rule) && rule < Rule::kLoaderPlatform &&
           rule_info(rule).severity == Severity::kError;
}

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
