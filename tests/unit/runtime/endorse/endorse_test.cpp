#include <gmock/gmock.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "endorsement_rules.hpp"
#include "igvm/endorse.hpp"
#include "igvm/measure.hpp"
#include "raw_image.hpp"

namespace igvm::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A number as 72 bytes, little-endian.
std::array<std::uint8_t, 72> field_of(const BIGNUM* number) {
    std::array<std::uint8_t, 72> field{};
    BN_bn2lebinpad(number, field.data(), 48);
    return field;
}

class P384Key {
  public:
    P384Key() : key_(EVP_EC_gen("P-384"), EVP_PKEY_free) {}

    SnpPublicKey public_key() const {
        return {2, 0, coordinate(OSSL_PKEY_PARAM_EC_PUB_X), coordinate(OSSL_PKEY_PARAM_EC_PUB_Y)};
    }

    SnpSignature sign(Bytes message) const {
        const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, key_.get());
        std::vector<std::uint8_t> der(128);
        std::size_t size = der.size();
        EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size());
        const unsigned char* begin = der.data();
        const std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)> numbers(
            d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(size)), ECDSA_SIG_free);
        return {field_of(ECDSA_SIG_get0_r(numbers.get())), field_of(ECDSA_SIG_get0_s(numbers.get()))};
    }

  private:
    std::array<std::uint8_t, 72> coordinate(const char* name) const {
        BIGNUM* number = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &number);
        const auto field = field_of(number);
        BN_free(number);
        return field;
    }

    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

constexpr std::uint64_t kPolicy = 0x30000;

Buffer concat(std::initializer_list<Bytes> parts) {
    Buffer all;
    for (const Bytes part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// A signed ID block for the digest; the author key signs the ID key.
SnpIdBlock signed_block(const std::vector<std::uint8_t>& digest) {
    const P384Key id_key;
    const P384Key author_key;
    SnpIdBlock block{};
    block.compatibility_mask = 1;
    block.author_key_enabled = 1;
    std::ranges::copy(digest, block.ld.begin());
    block.family_id[0] = 7;
    block.version = 1;
    block.guest_svn = 3;
    block.id_key_algorithm = 1;
    block.author_key_algorithm = 1;
    block.id_public_key = id_key.public_key();
    block.author_public_key = author_key.public_key();
    block.id_key_signature =
        id_key.sign(concat({block.ld, block.family_id, block.image_id, bytes_of(block.version),
                            bytes_of(block.guest_svn), bytes_of(U64{kPolicy})}));
    Buffer firmware_key =
        concat({bytes_of(block.id_public_key.curve), block.id_public_key.qx, block.id_public_key.qy});
    firmware_key.resize(0x404);
    block.author_key_signature = author_key.sign(firmware_key);
    return block;
}

/// An SNP image without its ID block. The page has no data, so that profiles differ.
RawImage snp_image() {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(GuestPolicy{kPolicy, 1, 0});
    image.add(page(0x1000));
    return image;
}

std::vector<std::uint8_t> digest_of(const RawImage& image, LaunchProfile profile = LaunchProfile::kSpec) {
    const Buffer file = image.build();
    const Image view = Image::open(file).value();
    return measure(view, view.platforms()[0], profile).value().digest;
}

CheckOptions format_only() {
    CheckOptions options;
    for (const RuleInfo& info : all_rules())
        if (info.id[5] == 'G') options.severities.push_back({info.rule, std::nullopt});
    return options;
}

std::vector<Finding> findings_of(const RawImage& image) {
    return check_all_file(image.build(), format_only()).findings;
}

std::vector<Finding> findings_with(const SnpIdBlock& block) {
    RawImage image = snp_image();
    image.add(block);
    return findings_of(image);
}

std::vector<Finding> vbs_findings(bool bad) {
    RawImage image = image_for(PlatformType::kVbs);
    image.add(page(0x1000));
    VbsMeasurement measurement{};
    measurement.compatibility_mask = 1;
    std::ranges::copy(digest_of(image), measurement.boot_digest.begin());
    if (bad) measurement.boot_digest[31] ^= 1;
    image.add(measurement);
    return findings_of(image);
}

std::vector<Finding> id_block_findings(void (*spoil)(SnpIdBlock&)) {
    SnpIdBlock block = signed_block(digest_of(snp_image()));
    if (spoil != nullptr) spoil(block);
    return findings_with(block);
}

std::vector<Rule> rules_of(const std::vector<Finding>& findings) {
    std::vector<Rule> rules;
    for (const Finding& finding : findings) rules.push_back(finding.rule);
    return rules;
}

/// Findings of a file that breaks the rule, or of its good twin.
std::vector<Finding> findings_for(Rule rule, bool bad) {
    if (rule == Rule::kVbsMeasurementDigest) return vbs_findings(bad);
    if (!bad) return id_block_findings(nullptr);
    if (rule == Rule::kIdBlockSignature)
        return id_block_findings([](SnpIdBlock& block) { block.id_key_signature.s[0] ^= 1; });
    if (rule == Rule::kIdBlockAuthorSignature)
        return id_block_findings([](SnpIdBlock& block) { block.author_key_signature.r[47] ^= 1; });
    if (rule == Rule::kIdBlockDigest) return findings_with(signed_block(std::vector<std::uint8_t>(48, 0xAB)));
    return {};
}

TEST(Endorsement, EachRuleHasAFileThatBreaksItAloneAndAGoodTwin) {
    for (const Rule rule : kEndorsementRules) {
        EXPECT_THAT(rules_of(findings_for(rule, true)), ElementsAre(rule)) << rule_info(rule).id;
        EXPECT_THAT(rules_of(findings_for(rule, false)), IsEmpty()) << rule_info(rule).id;
    }
}

TEST(Endorsement, AnIdBlockThatIsStillToBeSignedIsAWarning) {
    const auto unsign = [](SnpIdBlock& block) {
        block.author_key_enabled = 0;
        block.author_key_algorithm = 0;
        block.author_key_signature = {};
        block.author_public_key = {};
        block.id_key_signature = {};
        block.id_public_key = {kSnpCurveP384, 0, {}, {}};
    };
    const auto findings = id_block_findings(unsign);
    ASSERT_THAT(rules_of(findings), ElementsAre(Rule::kIdBlockSignature));
    EXPECT_EQ(findings[0].severity, Severity::kWarning);
    EXPECT_THAT(findings[0].detail, HasSubstr("to be signed"));
}

TEST(Endorsement, FindingsNameTheDigestsAndTheirPlace) {
    const auto findings = findings_for(Rule::kIdBlockDigest, true);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_THAT(findings[0].detail, HasSubstr("the digest is abab"));
    EXPECT_THAT(findings[0].detail, HasSubstr("the image measures " + hex(digest_of(snp_image()))));
    constexpr std::uint64_t kBody = 24 + 24 + 24 + 32 + 8;
    EXPECT_EQ(findings[0].offset, kBody + offsetof(SnpIdBlock, ld));
}

TEST(Endorsement, TheDigestOfAnyProfileWillDo) {
    const auto other = digest_of(snp_image(), LaunchProfile::kNativeZero);
    ASSERT_NE(other, digest_of(snp_image()));
    EXPECT_THAT(rules_of(findings_with(signed_block(other))), IsEmpty());
}

TEST(Endorsement, ThePolicyIsPartOfWhatIsSigned) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(GuestPolicy{kPolicy | 1, 1, 0});
    image.add(page(0x1000));
    image.add(signed_block(digest_of(snp_image())));
    EXPECT_THAT(rules_of(findings_of(image)), ElementsAre(Rule::kIdBlockSignature));
}

TEST(Endorsement, KeysThatAreNoneDoNotVerify) {
    EXPECT_THAT(rules_of(id_block_findings([](SnpIdBlock& block) { block.id_public_key.qx[60] = 1; })),
                ElementsAre(Rule::kIdBlockSignature, Rule::kIdBlockAuthorSignature));
    EXPECT_THAT(rules_of(id_block_findings([](SnpIdBlock& block) { block.id_key_signature = {}; })),
                ElementsAre(Rule::kIdBlockSignature));
}

TEST(Endorsement, AFileThatDoesNotOpenGivesItsError) {
    EXPECT_THAT(rules_of(check_all_file(Buffer(3)).findings), ElementsAre(Rule::kFileTooSmall));
}

}  // namespace
}  // namespace igvm::test
