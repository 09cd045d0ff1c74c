// Any bytes as the file of an import, for its own platforms and for others, and of the igvm functions. An
// image that comes out must open again.
#include <cstdlib>

#include "igvm/spec/compile.hpp"
#include "sealed_copy.hpp"

namespace {

using namespace igvm;

constexpr std::string_view kSpecs[] = {
    R"(igvmspec 1;
input other : file = "other.igvm";
image t {
    platform native { }
    platform vbs { highest_vtl = 2; }
    platform snp { highest_vtl = 2; }
    platform tdx { }
    parameters own { at = 1T; size = 4K; index = 4; vp_count = 0; }
    import one { file = other; index = 2; }
})",
    R"(igvmspec 1;
input other : file = "other.igvm";
image t {
    platform vbs { }
    platform snp { }
    region own { at = 1T; size = 4K; }
    import one on snp { file = other; remap = [[native, snp], [vbs, snp]]; vp_contexts = false; }
})",
    R"(igvmspec 1;
input other : file = "other.igvm";
image t { platform snp { } import one { file = other; drop = [parameters, vp_context, relocatable]; } })",
    R"(igvmspec 1;
input other : file = "other.igvm";
const PAGES = igvm.pages(other, "snp");
image t {
    platform snp { }
    region vmsa { at = 1T; data = igvm.vp_context(other, "snp"); }
    region list { at = 2T; data = concat(le64(igvm.registers(other, "vbs").rip), extents(merged(PAGES)), PAGES[0].data); }
    assert(igvm.platform(other, "snp").mask != 0);
})",
    R"(igvmspec 1;
input other : file = "other.igvm";
image t { arch = aarch64; platform cca { } platform vbs { } import one { file = other; } })",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::uint8_t> file = test::sealed_copy({data, size});
    for (const std::string_view text : kSpecs) {
        spec::Request request;
        request.spec = "spec.igvmspec";
        request.in_memory = {
            {"spec.igvmspec", {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}},
            {"other.igvm", file}};
        const auto compilation = spec::compile(request);
        if (compilation.outcome == spec::Outcome::kInternal) std::abort();
        if (compilation.outcome == spec::Outcome::kOk && !Image::open(compilation.image)) std::abort();
    }
    return 0;
}
