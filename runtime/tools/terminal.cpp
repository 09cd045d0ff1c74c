#include "terminal.hpp"

#include <unistd.h>

#include <cstdlib>

namespace igvm::tools {

bool use_colour(std::FILE* stream) {
    const char* const no_colour = std::getenv("NO_COLOR");
    return (no_colour == nullptr || *no_colour == '\0') && isatty(fileno(stream)) == 1;
}

bool flush_output() {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
    std::fputs("error: standard output could not be written\n", stderr);
    return false;
}

}  // namespace igvm::tools
