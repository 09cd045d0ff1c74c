// Any bytes: open, check, measure every platform. Nothing may crash, hang or leak.
#include "igvm/endorse.hpp"
#include "igvm/image.hpp"
#include "igvm/measure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto image = igvm::Image::open({data, size});
    if (!image) return 0;
    igvm::CheckOptions options;
    for (const auto& loader : igvm::loader_models()) options.loaders.push_back(loader.model);
    (void)igvm::check_all(*image, options);
    for (const auto& platform : image->platforms()) {
        (void)igvm::measure(*image, platform, igvm::LaunchProfile::kSpec);
    }
    return 0;
}
