#include <fmt/format.h>
#include <memory>

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

void list() {
    for (const RuleInfo& info : all_rules())
        fmt::print("{}  {:<7}  {}\n", info.id, severity_name(info.severity), info.title);
}

int run(const std::vector<std::string>& ids) {
    std::vector<const RuleInfo*> rules;
    for (const std::string& id : ids) rules.push_back(&named_rule(id));
    for (const RuleInfo* info : rules) {
        if (info != rules.front()) fmt::print("\n");
        explain(*info);
    }
    if (ids.empty()) list();
    return kExitOk;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
    auto ids = std::make_shared<std::vector<std::string>>();
    CLI::App* command =
        app.add_subcommand("explain", "Say what a rule asks for and why; without an id, list all rules");
    command->add_option("RULE", *ids, "Such as IGVM-D006");
    command->callback([ids, &exit_code] { exit_code = run(*ids); });
}

}  // namespace igvm::tools
