// The language server: one loop over messages.
#pragma once

#include <iosfwd>
#include <string>

namespace igvm::spec::lsp {

/// Serves the protocol until `exit` or the end of the stream. True when the client asked for shutdown first,
/// as it should. What cannot be understood is answered with an error; after a broken frame nothing more is
/// read.
bool serve(std::istream& in, std::ostream& out, const std::string& version);

}  // namespace igvm::spec::lsp
