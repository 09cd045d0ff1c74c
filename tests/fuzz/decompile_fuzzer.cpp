// Any bytes as an image: decompile it. The spec is one that builds the same bytes again, or there is a
// reason.
#include <algorithm>
#include <cstdlib>

#include "igvm/spec/compile.hpp"
#include "igvm/spec/decompile.hpp"
#include "sealed_copy.hpp"

namespace {

using namespace igvm;

/// What a user would build from the files that decompile writes.
spec::Compilation build(const spec::Decompilation& made) {
    spec::Request request;
    request.spec = "image.igvmspec";
    const auto* text = reinterpret_cast<const std::uint8_t*>(made.text.data());
    request.in_memory.push_back({"image.igvmspec", {text, made.text.size()}});
    for (const spec::DecompiledFile& file : made.files) request.in_memory.push_back({file.name, file.bytes});
    return spec::compile(request);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::uint8_t> file = test::sealed_copy({data, size});
    const auto image = Image::open(file);
    if (!image) return 0;
    const spec::Decompilation made = spec::decompile(*image, "image");
    if (!made.refusal.empty()) return 0;
    if (!std::ranges::equal(build(made).image, file)) std::abort();
    return 0;
}
