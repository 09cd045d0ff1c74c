#include "endorse/endorsement_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "endorse/p384.hpp"
#include "igvm/measure.hpp"

namespace igvm::endorse {
namespace {

using check_detail::Context;

/// What the ID key signs. Source: SEV-SNP Firmware ABI 1.57, section 8.18.
struct SignedIdBlock {
    std::array<std::uint8_t, 48> ld;
    std::array<std::uint8_t, 16> family_id;
    std::array<std::uint8_t, 16> image_id;
    U32 version;
    U32 guest_svn;
    U64 policy;
};
static_assert(sizeof(SignedIdBlock) == 96);

/// What the author key signs: the ID key as the firmware has it. Source: the same, chapter 10.
struct FirmwareKey {
    U32 curve;
    std::array<std::uint8_t, 72> qx;
    std::array<std::uint8_t, 72> qy;
    std::array<std::uint8_t, 0x404 - 148> zero;
};
static_assert(sizeof(FirmwareKey) == 0x404);

/// The first platform of `type` that a mask names, or null.
const SupportedPlatform* platform_in(const Image& image, std::uint32_t mask, PlatformType type) {
    const auto& platforms = image.platforms();
    const auto found = std::ranges::find_if(platforms, [&](const SupportedPlatform& platform) {
        return (platform.compatibility_mask & mask) != 0 &&
               platform.platform_type == static_cast<std::uint8_t>(type);
    });
    return found == platforms.end() ? nullptr : &*found;
}

/// True when some launch profile gives `digest`. Reports, under `rule`, the digest of `spec` otherwise, or
/// why there is none.
void judge_digest(Context& context, Rule rule, std::uint64_t offset, const SupportedPlatform& platform,
                  Bytes digest) {
    const Image& image = context.image();
    const auto spec = measure(image, platform, LaunchProfile::kSpec);
    if (!spec) return context.report(spec.error());
    const auto is_wanted = [&](const Measurement& one) { return std::ranges::equal(one.digest, digest); };
    if (is_wanted(*spec)) return;
    for (const LaunchProfile profile : profiles_of(spec->platform)) {
        if (profile == LaunchProfile::kSpec) continue;
        if (const auto other = measure(image, platform, profile); other && is_wanted(*other)) return;
    }
    context.report(rule, offset, "the digest is {}, the image measures {}", hex(digest), hex(spec->digest));
}

std::uint64_t policy_of(const Image& image, std::uint32_t mask) {
    for (const Header header : image)
        if (const auto policy = header.as<GuestPolicy>(); policy && (policy->compatibility_mask & mask) != 0)
            return policy->policy;
    return 0;
}

/// As a compiler leaves it: the digest is there, the rest is for whoever signs.
bool is_unsigned(const SnpIdBlock& block) {
    const SnpPublicKey no_key{block.id_public_key.curve, {}, {}, {}};
    return block.author_key_enabled == std::uint8_t{0} &&
           std::ranges::equal(bytes_of(block.id_public_key), bytes_of(no_key)) &&
           check_detail::all_zero(bytes_of(block.id_key_signature));
}

void id_block(Context& context, const Header& header, const SupportedPlatform& platform) {
    const auto block = *header.as<SnpIdBlock>();
    const std::uint64_t body = context.offset_of(header.body);
    judge_digest(context, Rule::kIdBlockDigest, body + offsetof(SnpIdBlock, ld), platform, block.ld);
    if (block.id_public_key.curve != kSnpCurveP384) return;  // the format rules say so
    const SignedIdBlock content{block.ld,        block.family_id,
                                block.image_id,  block.version,
                                block.guest_svn, policy_of(context.image(), platform.compatibility_mask)};
    if (is_unsigned(block))
        return context.remind(
            Rule::kIdBlockSignature, body + offsetof(SnpIdBlock, id_key_signature),
            "the ID block has neither key nor signature: it is to be signed before a launch");
    if (!verify(block.id_public_key, block.id_key_signature, bytes_of(content)))
        context.report(Rule::kIdBlockSignature, body + offsetof(SnpIdBlock, id_key_signature),
                       "the signature does not verify with the policy {:#x}", std::uint64_t{content.policy});
    if (block.author_key_enabled == std::uint8_t{0} || block.author_public_key.curve != kSnpCurveP384) return;
    const FirmwareKey key{block.id_public_key.curve, block.id_public_key.qx, block.id_public_key.qy, {}};
    if (!verify(block.author_public_key, block.author_key_signature, bytes_of(key)))
        context.report(Rule::kIdBlockAuthorSignature, body + offsetof(SnpIdBlock, author_key_signature),
                       "the author's signature over the ID key does not verify");
}

void vbs_measurement(Context& context, const Header& header, const SupportedPlatform& platform) {
    const auto measurement = *header.as<VbsMeasurement>();
    constexpr std::size_t kSha256Size = 32;
    judge_digest(context, Rule::kVbsMeasurementDigest,
                 context.offset_of(header.body) + offsetof(VbsMeasurement, boot_digest), platform,
                 Bytes(measurement.boot_digest).first(kSha256Size));
}

struct Row {
    HeaderType type;
    PlatformType platform;
    void (*rule)(Context&, const Header&, const SupportedPlatform&);
};

constexpr Row kRows[] = {
    {HeaderType::kSnpIdBlock, PlatformType::kSnp, id_block},
    {HeaderType::kVbsMeasurement, PlatformType::kVbs, vbs_measurement},
};

}  // namespace

void check_endorsement_rules(check_detail::Context& context) {
    // Each costs a measurement, and a sound file has one of a kind: a platform type is declared once.
    std::array<bool, std::size(kRows)> judged{};
    for (const Header header : context.image()) {
        const auto* row = std::ranges::find_if(kRows, [&](const Row& one) { return header.is(one.type); });
        if (row == std::end(kRows) || judged[static_cast<std::size_t>(row - kRows)]) continue;
        const auto mask = static_cast<std::uint32_t>(*header.value(FieldKind::kMask));
        const SupportedPlatform* platform = platform_in(context.image(), mask, row->platform);
        if (platform == nullptr) continue;
        judged[static_cast<std::size_t>(row - kRows)] = true;
        row->rule(context, header, *platform);
    }
}

}  // namespace igvm::endorse
