#include <fmt/format.h>
#include <cstdio>
#include <memory>
#include <optional>

#include "diagnose/codes.hpp"
#include "exit_code.hpp"
#include "igvm/text.hpp"
#include "sema/allowed_rules.hpp"
#include "tools/commands.hpp"
#include "tools/rule_options.hpp"
#include "tools/severity_name.hpp"

namespace igvm::tools {
namespace {

std::string text_of(const RuleInfo& info) {
    std::string text = fmt::format("{} ({}): {}\n\n{}\n\n  example: {}\n  help:    {}\n  source:  {}\n",
                                   info.id, severity_name(info.severity), info.title, info.reason,
                                   info.example, info.help, info.clause);
    if (spec::can_be_allowed(info.rule))
        text +=
            fmt::format("  allow:   an image whose spec says `allow = [{}];` may break it\n", short_id(info));
    return text;
}

std::string text_of(const spec::CodeInfo& info) {
    return fmt::format("{} (error in a spec): {}\n\n{}\n", spec::code_name(info.code), info.title,
                       info.explanation);
}

std::optional<std::string> explanation(std::string_view id) {
    if (const auto code = spec::find_code(id)) return text_of(spec::code_info(*code));
    if (const RuleInfo* const rule = find_rule(id)) return text_of(*rule);
    return std::nullopt;
}

void list() {
    for (const spec::CodeInfo& info : spec::all_codes())
        fmt::print("{:<9}  error    {}\n", spec::code_name(info.code), info.title);
    for (const RuleInfo& info : all_rules())
        fmt::print("{}  {:<7}  {}\n", info.id, severity_name(info.severity), info.title);
}

/// Explains what is known before it says what is not.
int run(const std::vector<std::string>& ids) {
    if (ids.empty()) list();
    std::vector<std::string_view> unknown;
    std::string_view separator;
    for (const std::string& id : ids) {
        const auto text = explanation(id);
        if (!text) {
            unknown.push_back(id);
            continue;
        }
        fmt::print("{}{}", separator, *text);
        separator = "\n";
    }
    for (const std::string_view id : unknown) fmt::print(stderr, "error: {}\n", printable(unknown_id(id)));
    return unknown.empty() ? kExitOk : kExitUsage;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
    auto ids = std::make_shared<std::vector<std::string>>();
    CLI::App* command = app.add_subcommand(
        "explain",
        "Say what an error of the compiler means, or what a rule asks for; without an id, list all");
    command->add_option("ID", *ids, "Such as E0312 or IGVM-D006");
    command->callback([ids, &exit_code] { exit_code = run(*ids); });
}

}  // namespace igvm::tools
