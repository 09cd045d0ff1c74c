#include "measure/ap_vmsa.hpp"

namespace igvm {
namespace {

/// The SEV features of the first VMSA, which QEMU demands of all vCPUs; nothing when the file has no VMSA.
std::optional<std::uint64_t> sev_features(const Image& image, std::uint32_t mask) {
    for (const Header header : image) {
        const auto context = header.as<VpContext>();
        if (!context || (context->compatibility_mask & mask) != mask) continue;
        const auto payload = image.payload(header);
        if (!payload) return std::nullopt;
        return read<U64>(*payload, x64::kVmsaSevFeaturesOffset).value_or(x64::kSevFeatureSnp);
    }
    return std::nullopt;
}

}  // namespace

CompletedOptions::CompletedOptions(const Image& image, const SupportedPlatform& platform,
                                   const LaunchOptions& options)
    : options_(options) {
    const auto type = PlatformType{std::uint8_t{platform.platform_type}};
    if (!options.ap_vmsa.empty() || !measures_every_vcpu(type, options.profile)) return;
    const auto features = sev_features(image, platform.compatibility_mask);
    if (!features) return;
    reset_vmsa_ = x64::reset_vmsa(options.cpu_signature, *features);
    options_.ap_vmsa = reset_vmsa_;
}

}  // namespace igvm
