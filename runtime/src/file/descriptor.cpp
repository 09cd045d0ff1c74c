#include "file/descriptor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace igvm::file {

Descriptor::~Descriptor() {
    if (valid()) ::close(number_);
}

bool Descriptor::close() { return ::close(std::exchange(number_, -1)) == 0; }

tl::unexpected<Error> system_error(std::string_view action, const std::filesystem::path& path) {
    const std::string reason = std::generic_category().message(errno);
    return fail(Rule::kInputOutput, 0, fmt::format("cannot {} {}: {}", action, path.string(), reason));
}

tl::unexpected<Error> not_regular(const std::filesystem::path& path) {
    return fail(Rule::kInputOutput, 0, fmt::format("{} is not a regular file", path.string()));
}

}  // namespace igvm::file
