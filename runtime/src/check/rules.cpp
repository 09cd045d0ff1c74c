#include "igvm/rule.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "rules/directive.hpp"
#include "rules/edit.hpp"
#include "rules/environment.hpp"
#include "rules/file.hpp"
#include "rules/guest_state.hpp"
#include "rules/initialization.hpp"
#include "rules/launch.hpp"
#include "rules/load.hpp"
#include "rules/loader.hpp"
#include "rules/platform.hpp"

namespace igvm {
namespace {

using namespace check_detail;

/// The rows of all chapters as one table.
template <std::size_t... Sizes>
constexpr auto joined(const RuleInfo (&... chapters)[Sizes]) {
    std::array<RuleInfo, (Sizes + ...)> rows{};
    auto* next = rows.begin();
    ((next = std::ranges::copy(chapters, next).out), ...);
    return rows;
}

constexpr auto kRules =
    joined(kFileRuleRows, kPlatformRuleRows, kInitializationRuleRows, kDirectiveRuleRows, kGuestStateRuleRows,
           kLoaderRuleRows, kLaunchRuleRows, kLoadRuleRows, kEditRuleRows, kEnvironmentRuleRows);

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(kRules); ++i)
        if (kRules[i].rule != static_cast<Rule>(i)) return false;
    return true;
}

static_assert(std::size(kRules) == static_cast<std::size_t>(Rule::kCount_), "a rule has no row");
static_assert(in_order(), "the rows stand in another order than the enumeration");

constexpr char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::string_view short_id(const RuleInfo& info) {
    constexpr std::string_view kPrefix = "IGVM-";
    return info.id.substr(kPrefix.size());
}

const RuleInfo& rule_info(Rule rule) { return kRules[static_cast<std::size_t>(rule)]; }

const RuleInfo* find_rule(std::string_view id) {
    const auto is_id = [&](std::string_view text) { return std::ranges::equal(text, id, {}, lower, lower); };
    const auto row = std::ranges::find_if(
        kRules, [&](const RuleInfo& info) { return is_id(info.id) || is_id(short_id(info)); });
    return row == kRules.end() ? nullptr : &*row;
}

std::span<const RuleInfo> all_rules() { return kRules; }

}  // namespace igvm
