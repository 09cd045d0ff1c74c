// Errors that are about no place in a spec.
#pragma once

#include <string>

namespace igvm::tools {

/// Prints "error: MESSAGE" on standard error, after "FILE: " when it is about a file, or a JSON object with
/// `severity`, `file` and `message`.
void print_plain_error(const std::string& message, bool json, const std::string& file = {});

}  // namespace igvm::tools
