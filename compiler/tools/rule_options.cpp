#include "tools/rule_options.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <functional>
#include <optional>

#include "diagnose/suggest.hpp"

namespace igvm::tools {
namespace {

std::string did_you_mean(std::string_view word) {
    std::string id(word);
    std::ranges::transform(id, id.begin(),
                           [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    std::vector<std::string_view> ids;
    for (const RuleInfo& info : all_rules()) ids.insert(ids.end(), {info.id, short_id(info)});
    const auto near = spec::closest(id, ids);
    return near ? fmt::format("; did you mean {}?", *near) : std::string("; `igvm explain` lists all rules");
}

void add_change(std::string_view word, std::optional<Severity> severity,
                std::vector<SeverityChange>& changes) {
    const RuleInfo& info = named_rule(word);
    if (!is_adjustable(info.rule))
        throw CLI::ValidationError(
            fmt::format("{} is always an error: nothing can be judged in a file that breaks it", info.id));
    changes.push_back({info.rule, severity});
}

/// `-Wno-RULE` reaches -W as `no-RULE`.
constexpr std::string_view kNo = "no-";

using Change = std::function<void(const std::string&)>;

void add_option(CLI::App& command, const std::string& flags, const std::string& doc, const Change& change) {
    command.add_option_function<std::string>(flags, change, doc)
        ->type_name("RULE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->trigger_on_parse();
}

}  // namespace

const RuleInfo& named_rule(std::string_view id) {
    if (const RuleInfo* info = find_rule(id)) return *info;
    throw CLI::ValidationError(fmt::format("no rule is called {}{}", id, did_you_mean(id)));
}

void add_rule_options(CLI::App& command, std::vector<SeverityChange>& changes) {
    add_option(command, "-W", "Report the rule as a warning (-Wno-RULE: not at all)",
               [&changes](const std::string& word) {
                   const bool off = word.starts_with(kNo);
                   const auto severity = off ? std::nullopt : std::optional(Severity::kWarning);
                   add_change(off ? std::string_view(word).substr(kNo.size()) : std::string_view(word),
                              severity, changes);
               });
    add_option(command, "-E", "Report the rule as an error",
               [&changes](const std::string& word) { add_change(word, Severity::kError, changes); });
    add_option(command, "--Wno", "Do not report the rule",
               [&changes](const std::string& word) { add_change(word, std::nullopt, changes); });
}

}  // namespace igvm::tools
