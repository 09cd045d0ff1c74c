#include <iostream>
#include <memory>

#include "exit_code.hpp"
#include "lsp/server.hpp"
#include "tools/commands.hpp"

namespace igvm::tools {

void add_lsp_command(CLI::App& app, int& exit_code) {
    const auto directories = std::make_shared<std::vector<std::string>>();
    CLI::App* command =
        app.add_subcommand("lsp", "Serve editors: the language server protocol on standard input and output");
    command->add_option("-I,--include", *directories, "Look for includes here too")
        ->type_name("DIR")
        ->allow_extra_args(false);
    command->callback([directories, &exit_code] {
        std::ios::sync_with_stdio(false);
        const spec::lsp::Settings settings{IGVM_VERSION, {directories->begin(), directories->end()}};
        exit_code = spec::lsp::serve(std::cin, std::cout, settings) ? kExitOk : kExitDiagnostics;
    });
}

}  // namespace igvm::tools
