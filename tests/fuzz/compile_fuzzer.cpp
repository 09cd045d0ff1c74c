// Any text as a spec: compile it. An image that comes out must open again.
#include <cstdlib>

#include "igvm/image.hpp"
#include "igvm/spec/compile.hpp"
#include "temporary_folder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const igvm::test::TemporaryFolder folder;
    igvm::spec::Request request;
    request.spec = folder / "spec.igvmspec";
    igvm::test::write_text(request.spec, {reinterpret_cast<const char*>(data), size});
    const auto compilation = igvm::spec::compile(request);
    if (compilation.outcome == igvm::spec::Outcome::kInternal) std::abort();
    if (compilation.outcome == igvm::spec::Outcome::kOk && !igvm::Image::open(compilation.image))
        std::abort();
    return 0;
}
