// What the command's standard streams can do.
#pragma once

#include <cstdio>

namespace igvm::tools {

/// True when `stream` is a terminal and NO_COLOR is unset or empty.
bool use_colour(std::FILE* stream);

/// Flushes standard output; false, with a line on standard error, when anything could not be written.
bool flush_output();

}  // namespace igvm::tools
