#include <gtest/gtest.h>

#include "igvm/measure.hpp"
#include "igvm/writer.hpp"

namespace igvm {
namespace {

/// An image of one platform with mask 1.
class TestImage {
  public:
    void start(PlatformType type) {
        SupportedPlatform platform{};
        platform.compatibility_mask = std::uint32_t{1};
        platform.platform_type = static_cast<std::uint8_t>(type);
        ASSERT_TRUE(writer_.append(platform, {}, "platform"));
    }

    void append_page(std::uint64_t gpa, Bytes content, PageDataType type = PageDataType::kNormal,
                     std::uint32_t flags = 0) {
        PageData page{};
        page.gpa = gpa;
        page.compatibility_mask = std::uint32_t{1};
        page.data_type = static_cast<std::uint16_t>(type);
        page.flags = flags;
        ASSERT_TRUE(writer_.append(page, content, "page"));
    }

    void append_context(Bytes content) {
        VpContext context{};
        context.compatibility_mask = std::uint32_t{1};
        ASSERT_TRUE(writer_.append(context, content, "context"));
    }

    const Image& image() {
        if (!image_) {
            file_ = std::move(writer_).finish().value().bytes;
            image_ = Image::open(file_).value();
        }
        return *image_;
    }

    Result<Measurement> measured(const TraceSink& trace = {}) {
        return measure(image(), image().platforms().at(0), LaunchProfile::kSpec, trace);
    }

    Writer writer_;
    std::vector<std::uint8_t> file_;
    std::optional<Image> image_;
};

class MeasureTest : public testing::Test, public TestImage {};

TEST_F(MeasureTest, NativeHasNoMeasurement) {
    start(PlatformType::kNative);
    EXPECT_FALSE(is_measured(PlatformType::kNative));
    EXPECT_EQ(measured().error().rule, Rule::kMeasureUnsupported);
    EXPECT_TRUE(measure_all(image(), LaunchProfile::kSpec).value().empty());
}

TEST_F(MeasureTest, AnSnpImageWithoutPagesHasTheZeroDigest) {
    start(PlatformType::kSnp);
    const auto measurement = measured().value();
    EXPECT_EQ(hex(measurement.digest), std::string(96, '0'));
    EXPECT_EQ(measurement.algorithm, HashAlgorithm::kSha384);
}

TEST_F(MeasureTest, AStoredZeroPageMeasuresAsAPageWithoutData) {
    const std::vector<std::uint8_t> zeros(kPageSize);
    start(PlatformType::kSnp);
    append_page(0x1000, zeros);
    TestImage other;
    other.start(PlatformType::kSnp);
    other.append_page(0x1000, {});
    EXPECT_EQ(hex(measured().value().digest), hex(other.measured().value().digest));
}

TEST_F(MeasureTest, RepeatedContentGivesTheSameDigestWhicheverBatchItIsIn) {
    const std::vector<std::uint8_t> content(kPageSize, 0x11);
    start(PlatformType::kSnp);
    TestImage copies;
    copies.writer_ = Writer(WriterOptions{.share_payloads = false});
    copies.start(PlatformType::kSnp);
    for (std::uint64_t i = 0; i < 2500; ++i) {
        append_page(i * kPageSize, content);
        copies.append_page(i * kPageSize, content);
    }
    EXPECT_EQ(hex(measured().value().digest), hex(copies.measured().value().digest));
}

TEST_F(MeasureTest, TheTraceOfAChainEndsInItsDigest) {
    start(PlatformType::kSnp);
    append_page(0x1000, {});
    append_page(0x2000, {}, PageDataType::kNormal, kPageFlagShared);
    append_page(0x3000, {}, PageDataType::kSecrets);
    std::vector<std::uint64_t> gpas;
    std::string last;
    const auto measurement = measured([&](const TraceLine& line) {
        gpas.push_back(line.event.gpa);
        last = hex(line.running);
    });
    EXPECT_EQ(gpas, (std::vector<std::uint64_t>{0x1000, 0x3000}));
    EXPECT_EQ(last, hex(measurement.value().digest));
}

TEST_F(MeasureTest, TheTraceOfAStreamHasTheDigestSoFar) {
    start(PlatformType::kTdx);
    append_page(0x1000, {});
    append_page(0x2000, {}, PageDataType::kNormal, kPageFlagUnmeasured);
    std::vector<std::string> types;
    std::vector<std::string> digests;
    const auto measurement = measured([&](const TraceLine& line) {
        types.emplace_back(line.type);
        digests.push_back(hex(line.running));
    });
    EXPECT_EQ(types, (std::vector<std::string>{"ADD+EXTEND", "ADD"}));
    EXPECT_NE(digests.at(0), digests.at(1));
    EXPECT_EQ(digests.at(1), hex(measurement.value().digest));
}

TEST_F(MeasureTest, AnUnknownPageTypeIsRefusedForSnp) {
    start(PlatformType::kSnp);
    append_page(0x1000, {}, PageDataType{9});
    const auto result = measured();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().rule, Rule::kMeasurePageType);
    EXPECT_EQ(result.error().offset, image().header(1).offset);
}

class NormalPagesAlone : public MeasureTest, public testing::WithParamInterface<PlatformType> {};

TEST_P(NormalPagesAlone, ASecretsPageIsRefused) {
    start(GetParam());
    append_page(0x1000, {}, PageDataType::kSecrets);
    const auto result = measured();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().rule, Rule::kMeasurePageType);
    EXPECT_EQ(result.error().offset, image().header(1).offset);
}

INSTANTIATE_TEST_SUITE_P(Platforms, NormalPagesAlone,
                         testing::Values(PlatformType::kSev, PlatformType::kSevEs, PlatformType::kVbs));

TEST_F(MeasureTest, CcaWithoutAPolicyIsRefused) {
    start(PlatformType::kCca);
    EXPECT_EQ(measured().error().rule, Rule::kMeasureUnsupported);
}

TEST_F(MeasureTest, CcaWithAnUnknownHashIsRefusedAtItsPolicy) {
    start(PlatformType::kCca);
    CcaPolicy policy{};
    policy.compatibility_mask = std::uint32_t{1};
    policy.hash_algorithm = std::uint8_t{3};
    ASSERT_TRUE(writer_.append(policy, {}, "policy"));
    const auto result = measured();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().rule, Rule::kMeasureUnsupported);
    EXPECT_EQ(result.error().offset, image().header(1).offset);
}

TEST_F(MeasureTest, MoreThan32PlatformsAreRefusedTogether) {
    for (int i = 0; i < 33; ++i) start(PlatformType::kSnp);
    EXPECT_EQ(measure_all(image(), LaunchProfile::kSpec).error().rule, Rule::kPlatformMaskShared);
}

TEST_F(MeasureTest, APlatformThatCannotBeMeasuredKeepsNoOtherFromIt) {
    start(PlatformType::kSnp);
    start(PlatformType::kVbs);
    append_page(0x1000, {}, PageDataType::kSecrets);
    EXPECT_EQ(measure_all(image(), LaunchProfile::kSpec).error().rule, Rule::kMeasurePageType);
    const auto each = measure_each(image(), LaunchProfile::kSpec).value();
    ASSERT_EQ(each.size(), 2u);
    EXPECT_EQ(each[0].result.value().digest.size(), 48u);
    EXPECT_EQ(each[1].result.error().rule, Rule::kMeasurePageType);
}

TEST(Sha256, OfNothing) {
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace igvm
