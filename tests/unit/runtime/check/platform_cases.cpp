#include "cases.hpp"

namespace igvm::test {
namespace {

/// A file of one platform; the finding points at `field` of it.
Sample single(const SupportedPlatform& header, std::size_t field) {
    RawImage image;
    const std::uint64_t body = image.add(header);
    return {image.build(), body + field};
}

Sample none(bool bad) {
    RawImage image;
    if (!bad) image.add(platform(PlatformType::kSnp));
    return {image.build(), sizeof(FixedHeader)};
}

Sample mask_bits(bool bad) { return single(platform(PlatformType::kSnp, bad ? 3 : 1), 0); }

Sample mask_shared(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint64_t body = image.add(platform(PlatformType::kTdx, bad ? 1 : 2));
    return {image.build(), body};
}

Sample type(bool bad) {
    return single(platform(static_cast<PlatformType>(bad ? 7 : 3)),
                  offsetof(SupportedPlatform, platform_type));
}

Sample repeated(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint64_t body = image.add(platform(bad ? PlatformType::kSnp : PlatformType::kTdx, 2));
    return {image.build(), body + offsetof(SupportedPlatform, platform_type)};
}

Sample version(bool bad) {
    SupportedPlatform header = platform(PlatformType::kSnp);
    header.platform_version = bad ? 2 : 1;
    return single(header, offsetof(SupportedPlatform, platform_version));
}

Sample highest_vtl(bool bad) {
    SupportedPlatform header = platform(PlatformType::kVbs);
    header.highest_vtl = bad ? 1 : 2;
    return single(header, offsetof(SupportedPlatform, highest_vtl));
}

Sample boundary(bool bad) {
    SupportedPlatform header = platform(PlatformType::kNative);
    header.shared_gpa_boundary = bad ? std::uint64_t{1} << 46 : 0;
    return single(header, offsetof(SupportedPlatform, shared_gpa_boundary));
}

Sample architecture(bool bad) {
    RawImage image(2, bad ? Architecture::kX64 : Architecture::kAArch64);
    const std::uint64_t body = image.add(platform(PlatformType::kCca));
    return {image.build(), body + offsetof(SupportedPlatform, platform_type)};
}

constexpr Case kCases[] = {
    {Rule::kPlatformNone, none},
    {Rule::kPlatformMaskBits, mask_bits},
    {Rule::kPlatformMaskShared, mask_shared},
    {Rule::kPlatformType, type},
    {Rule::kPlatformRepeated, repeated},
    {Rule::kPlatformVersion, version},
    {Rule::kPlatformVtl, highest_vtl},
    {Rule::kPlatformBoundary, boundary},
    {Rule::kPlatformArchitecture, architecture},
};

}  // namespace

std::span<const Case> platform_cases() { return kCases; }

}  // namespace igvm::test
