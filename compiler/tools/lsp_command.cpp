#include <iostream>

#include "exit_code.hpp"
#include "lsp/server.hpp"
#include "tools/commands.hpp"

namespace igvm::tools {

void add_lsp_command(CLI::App& app, int& exit_code) {
    CLI::App* command =
        app.add_subcommand("lsp", "Serve editors: the language server protocol on standard input and output");
    command->callback([&exit_code] {
        std::ios::sync_with_stdio(false);
        exit_code = spec::lsp::serve(std::cin, std::cout, IGVM_VERSION) ? kExitOk : kExitDiagnostics;
    });
}

}  // namespace igvm::tools
