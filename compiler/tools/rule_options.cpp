#include "tools/rule_options.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <functional>
#include <iterator>
#include <optional>

#include "diagnose/codes.hpp"
#include "diagnose/suggest.hpp"

namespace igvm::tools {
namespace {

std::string upper_case(std::string_view word) {
    std::string id(word);
    std::ranges::transform(id, id.begin(),
                           [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return id;
}

std::vector<std::string> rule_ids() {
    std::vector<std::string> ids;
    for (const RuleInfo& info : all_rules())
        ids.insert(ids.end(), {std::string(info.id), std::string(short_id(info))});
    return ids;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& ids) {
    const std::vector<std::string_view> candidates(ids.begin(), ids.end());
    const auto near = spec::closest(upper_case(word), candidates);
    return near ? fmt::format("; did you mean {}?", *near) : std::string("; `igvm explain` lists all");
}

/// Throws CLI::ValidationError for an id that no rule has.
const RuleInfo& named_rule(std::string_view id) {
    if (const RuleInfo* info = find_rule(id)) return *info;
    if (const auto code = spec::find_code(id))
        throw CLI::ValidationError(
            fmt::format("{} is an error of the compiler, not a rule", spec::code_name(*code)));
    throw CLI::ValidationError(fmt::format("no rule is called {}{}", id, did_you_mean(id, rule_ids())));
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

std::string unknown_id(std::string_view id) {
    std::vector<std::string> ids;
    for (const spec::CodeInfo& info : spec::all_codes()) ids.push_back(spec::code_name(info.code));
    std::ranges::move(rule_ids(), std::back_inserter(ids));
    return fmt::format("no error and no rule is called {}{}", id, did_you_mean(id, ids));
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
