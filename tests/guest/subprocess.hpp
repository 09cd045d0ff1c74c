// Programs run to their end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace igvm::guest {

struct ProcessResult {
    int status;          ///< exit status, or 128 + the signal that ended it
    std::string output;  ///< everything it wrote to stdout; stderr is passed through
};

/// Runs `command` (found through PATH) to its end, with `input` (at most a pipe's worth, 4 KiB) as its stdin.
/// Throws std::system_error when it cannot be started.
ProcessResult run_process(std::vector<std::string> command, std::string_view input);

/// True when `program` is an executable file in a folder of PATH.
bool is_installed(std::string_view program);

}  // namespace igvm::guest
