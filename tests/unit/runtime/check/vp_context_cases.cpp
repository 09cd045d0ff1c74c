#include "cases.hpp"
#include "igvm/x64.hpp"

namespace igvm::test {
namespace {

VpContext context(std::uint32_t file_offset, std::uint16_t vp_index = 0) {
    return {0, 1, file_offset, vp_index, 0};
}

/// A file of one platform with a context of `blob`; the finding points at byte `place` of it.
Sample with_context(PlatformType type, Bytes blob, std::uint64_t place) {
    RawImage image = image_for(type);
    const std::uint32_t payload = image.payload(blob);
    image.add(context(payload));
    return {image.build(), payload + place};
}

Sample platform_without_contexts(bool bad) {
    RawImage image = image_for(bad ? PlatformType::kTdx : PlatformType::kSnp);
    const std::uint64_t body = image.add(context(0));
    return {image.build(), body + offsetof(VpContext, compatibility_mask)};
}

Sample mask_of_two(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(platform(PlatformType::kSevEs, 2));
    const std::uint64_t body = image.add(VpContext{0, bad ? 3u : 2u, 0, 0, 0});
    return {image.build(), body + offsetof(VpContext, compatibility_mask)};
}

Sample repeated(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(context(0, 5));
    const std::uint64_t body = image.add(context(0, bad ? 5 : 6));
    return {image.build(), body + offsetof(VpContext, vp_index)};
}

Sample native_tail(bool bad) {
    Buffer blob(kPageSize);
    blob[x64::kNativeContextSize - 1] = 1;
    if (bad) blob[x64::kNativeContextSize] = 1;
    return with_context(PlatformType::kNative, blob, x64::kNativeContextSize);
}

Sample vmsa_reserved(bool bad) {
    Buffer blob(x64::kVmsaSize);
    blob[x64::kVmsaSevFeaturesOffset] = 1;
    const x64::ReservedRange last = x64::vmsa_reserved().back();
    if (bad) blob[last.offset + last.size - 1u] = 0x80;
    return with_context(PlatformType::kSnp, blob, last.offset);
}

Sample vmsa_features(bool bad) {
    Buffer blob(x64::kVmsaSize);
    blob[x64::kVmsaSevFeaturesOffset] = bad ? 1 : 0;
    return with_context(PlatformType::kSevEs, blob, x64::kVmsaSevFeaturesOffset);
}

Sample vbs_registers(bool bad) {
    Buffer blob(sizeof(U32) + 2 * sizeof(x64::VbsRegister));
    const std::uint32_t rip = x64::find_register("rip")->vbs;
    poke(blob, 0, U32{2});
    poke(blob, 4, x64::VbsRegister{2, rip, {}, {}});
    poke(blob, 36, x64::VbsRegister{2, bad ? 0x7FFFFFFF : x64::find_register("rsp")->vbs, {}, {}});
    return with_context(PlatformType::kVbs, blob, 36);
}

Sample context_address(bool bad) {
    RawImage image = image_for(PlatformType::kNative);
    const std::uint64_t body = image.add(VpContext{bad ? 0x1000u : 0u, 1, 0, 0, 0});
    return {image.build(), body};
}

constexpr Case kCases[] = {
    {Rule::kVpContextPlatform, platform_without_contexts},
    {Rule::kVpContextMask, mask_of_two},
    {Rule::kVpContextRepeated, repeated},
    {Rule::kVpContextAddress, context_address},
    {Rule::kNativeContextTail, native_tail},
    {Rule::kVmsaReserved, vmsa_reserved},
    {Rule::kVmsaFeatures, vmsa_features},
    {Rule::kVbsRegisters, vbs_registers},
};

}  // namespace

std::span<const Case> vp_context_cases() { return kCases; }

}  // namespace igvm::test
