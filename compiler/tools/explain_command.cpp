#include <fmt/format.h>
#include <functional>
#include <memory>

#include "diagnose/codes.hpp"
#include "exit_code.hpp"
#include "tools/commands.hpp"
#include "tools/rule_options.hpp"
#include "tools/severity_name.hpp"

namespace igvm::tools {
namespace {

void explain(const RuleInfo& info) {
    fmt::print("{} ({}): {}\n\n{}\n\n  example: {}\n  help:    {}\n  source:  {}\n", info.id,
               severity_name(info.severity), info.title, info.reason, info.example, info.help, info.clause);
}

void explain(const spec::CodeInfo& info) {
    fmt::print("{} (error in a spec): {}\n\n{}\n", spec::code_name(info.code), info.title, info.explanation);
}

void list() {
    for (const spec::CodeInfo& info : spec::all_codes())
        fmt::print("{:<9}  error    {}\n", spec::code_name(info.code), info.title);
    for (const RuleInfo& info : all_rules())
        fmt::print("{}  {:<7}  {}\n", info.id, severity_name(info.severity), info.title);
}

/// Looks every id up before the first is explained.
int run(const std::vector<std::string>& ids) {
    std::vector<std::function<void()>> explanations;
    for (const std::string& id : ids) {
        if (const auto code = spec::find_code(id))
            explanations.emplace_back([code] { explain(spec::code_info(*code)); });
        else
            explanations.emplace_back([rule = &named_rule(id)] { explain(*rule); });
    }
    for (std::size_t i = 0; i < explanations.size(); ++i) {
        if (i != 0) fmt::print("\n");
        explanations[i]();
    }
    if (ids.empty()) list();
    return kExitOk;
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
