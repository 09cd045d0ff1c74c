// The language server: one loop over messages.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace igvm::spec::lsp {

struct Settings {
    std::string version;  ///< that the server gives itself
    std::vector<std::filesystem::path> include_directories;
};

/// Serves the protocol until `exit` or the end of the stream. True when the client asked for shutdown first,
/// as it should. What cannot be understood is answered with an error; after a broken frame nothing more is
/// read.
bool serve(std::istream& in, std::ostream& out, const Settings& settings);

}  // namespace igvm::spec::lsp
