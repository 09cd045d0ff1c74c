// Any text as a spec: compile it. An image that comes out must open again.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "igvm/image.hpp"
#include "igvm/spec/compile.hpp"

namespace {

const std::filesystem::path& spec_path() {
    static const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("fuzz-" + std::to_string(getpid()) + ".igvmspec");
    return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::ofstream(spec_path(), std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    igvm::spec::Request request;
    request.spec = spec_path();
    const auto compilation = igvm::spec::compile(request);
    if (compilation.outcome == igvm::spec::Outcome::kInternal) std::abort();
    if (compilation.outcome == igvm::spec::Outcome::kOk && !igvm::Image::open(compilation.image)) std::abort();
    return 0;
}
