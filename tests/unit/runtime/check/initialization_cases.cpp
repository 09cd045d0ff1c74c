#include "cases.hpp"

namespace igvm::test {
namespace {

constexpr std::uint64_t kSnpPolicy = 0x30000;

Sample with_policy(const GuestPolicy& policy, std::size_t field) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(platform(PlatformType::kNative, 2));
    const std::uint64_t body = image.add(policy);
    return {image.build(), body + field};
}

Sample policy_platform(bool bad) {
    return with_policy({kSnpPolicy, bad ? 2u : 1u, 0}, offsetof(GuestPolicy, compatibility_mask));
}

Sample policy_reserved(bool bad) {
    return with_policy({kSnpPolicy, 1, bad ? 1u : 0u}, offsetof(GuestPolicy, reserved));
}

Sample policy_snp_bit(bool bad) { return with_policy({bad ? 0x10000 : kSnpPolicy, 1, 0}, 0); }

Sample policy_cca_bits(bool bad) {
    RawImage image(2, Architecture::kAArch64);
    image.add(platform(PlatformType::kCca));
    const std::uint64_t body = image.add(CcaPolicy{1, 0, 0x6, bad ? 0x5u : 0x9u, 0, 0, {}});
    return {image.build(), body + offsetof(CcaPolicy, required_zeroes)};
}

/// CoRIM headers of two platforms: a document, then `second` with its mask.
Sample with_corim(HeaderType second, std::uint32_t mask) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(platform(PlatformType::kTdx, 2));
    image.add(HeaderType::kCorimDocument, CorimBlob{1, 0, 0, 0});
    const std::uint64_t body = image.add(second, CorimBlob{mask, 0, 0, 0});
    return {image.build(), body};
}

Sample corim_repeated(bool bad) { return with_corim(HeaderType::kCorimDocument, bad ? 3 : 2); }
Sample corim_order(bool bad) { return with_corim(HeaderType::kCorimSignature, bad ? 3 : 1); }

constexpr Case kCases[] = {
    {Rule::kPolicyPlatform, policy_platform}, {Rule::kPolicyReserved, policy_reserved},
    {Rule::kPolicySnpBit, policy_snp_bit},    {Rule::kPolicyCcaBits, policy_cca_bits},
    {Rule::kCorimRepeated, corim_repeated},   {Rule::kCorimOrder, corim_order},
};

}  // namespace

std::span<const Case> initialization_cases() { return kCases; }

}  // namespace igvm::test
