#include "igvm/explain.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "igvm/portable.hpp"
#include "igvm/writer.hpp"
#include "igvm/x64.hpp"

namespace igvm {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using enum LaunchDifference;

/// An image of one platform with mask 1, written page by page.
class BuiltImage {
  public:
    explicit BuiltImage(PlatformType type = PlatformType::kSnp) {
        SupportedPlatform platform{};
        platform.compatibility_mask = std::uint32_t{1};
        platform.platform_type = static_cast<std::uint8_t>(type);
        EXPECT_TRUE(writer_.append(platform, {}, "platform"));
    }

    BuiltImage& page(std::uint64_t gpa, std::uint8_t fill, std::uint32_t flags = 0) {
        return append_page(gpa, std::vector<std::uint8_t>(kPageSize, fill), flags);
    }
    BuiltImage& empty_page(std::uint64_t gpa) { return append_page(gpa, {}, 0); }

    BuiltImage& insert(std::uint64_t gpa) {
        ParameterArea area{};
        area.number_of_bytes = kPageSize;
        EXPECT_TRUE(writer_.append(area, {}, "area"));
        ParameterInsert insert{};
        insert.gpa = gpa;
        insert.compatibility_mask = std::uint32_t{1};
        EXPECT_TRUE(writer_.append(insert, {}, "insert"));
        return *this;
    }

    BuiltImage& vmsa(std::uint64_t gpa = kKvmVmsaGpa) {
        VpContext context{};
        context.gpa = gpa;
        context.compatibility_mask = std::uint32_t{1};
        const auto state = x64::reset_vmsa(kDefaultCpuSignature, x64::kSevFeatureSnp);
        EXPECT_TRUE(writer_.append(context, contents_.emplace_back(state.begin(), state.end()), "vmsa"));
        return *this;
    }

    const Image& image() {
        if (!image_) {
            file_ = std::move(writer_).finish().value().bytes;
            image_ = Image::open(file_).value();
        }
        return *image_;
    }
    LaunchSide side(const LaunchOptions& options = {}) {
        return {image(), image().platforms().at(0), options};
    }
    std::vector<std::uint8_t> digest(const LaunchOptions& options) {
        return measure(image(), image().platforms().at(0), options).value().digest;
    }

  private:
    BuiltImage& append_page(std::uint64_t gpa, std::vector<std::uint8_t> content, std::uint32_t flags) {
        PageData page{};
        page.gpa = gpa;
        page.compatibility_mask = std::uint32_t{1};
        page.flags = flags;
        EXPECT_TRUE(writer_.append(page, contents_.emplace_back(std::move(content)), "page"));
        return *this;
    }

    Writer writer_;
    std::deque<std::vector<std::uint8_t>> contents_;  // the writer borrows them
    std::vector<std::uint8_t> file_;
    std::optional<Image> image_;
};

Divergence parted(const LaunchSide& left, const LaunchSide& right) {
    const auto divergence = first_divergence(left, right);
    EXPECT_TRUE(divergence) << to_string(divergence.error());
    EXPECT_TRUE(divergence->has_value());
    return **divergence;
}

TEST(FirstDivergence, IsNothingForEqualDigests) {
    BuiltImage a, b;
    a.page(0x1000, 1).empty_page(0x2000);
    b.page(0x1000, 1).page(0x2000, 0);
    EXPECT_EQ(first_divergence(a.side(), b.side()).value(), std::nullopt);
}

TEST(FirstDivergence, NamesTheByteOfThePageThatDiffers) {
    BuiltImage a, b;
    a.page(0x1000, 1).page(0x2000, 2);
    b.page(0x1000, 1).empty_page(0x2000);
    const auto found = parted(a.side(), b.side());
    EXPECT_EQ(found.position, 1U);
    EXPECT_THAT(found.differences, ElementsAre(kContent));
    EXPECT_EQ(found.content_offset, 0U);
    EXPECT_EQ(found.left->gpa, 0x2000U);
    EXPECT_EQ(found.left->header_index, 2U);
    EXPECT_EQ(found.right->type, "NORMAL");
}

TEST(FirstDivergence, NamesAnotherAddressAndAnotherType) {
    BuiltImage a, b, c;
    a.page(0x1000, 1);
    b.page(0x3000, 1);
    c.page(0x1000, 1, kPageFlagUnmeasured);
    EXPECT_THAT(parted(a.side(), b.side()).differences, ElementsAre(kGpa));
    const auto typed = parted(a.side(), c.side());
    EXPECT_EQ(typed.differences.front(), kType);
    EXPECT_EQ(typed.right->type, "UNMEASURED");
}

TEST(FirstDivergence, TellsOrderFromPagesThatOneSideLacks) {
    BuiltImage ab, ba, abc;
    ab.page(0x1000, 1).page(0x2000, 2);
    ba.page(0x2000, 2).page(0x1000, 1);
    abc.page(0x1000, 1).page(0x3000, 3).page(0x2000, 2);
    EXPECT_THAT(parted(ab.side(), ba.side()).differences, ElementsAre(kOrder));
    EXPECT_THAT(parted(ab.side(), abc.side()).differences, ElementsAre(kOnlyRight));
    EXPECT_THAT(parted(abc.side(), ab.side()).differences, ElementsAre(kOnlyLeft));
}

TEST(FirstDivergence, NamesTheEventAfterWhichOneSideEnds) {
    BuiltImage a, b;
    a.page(0x1000, 1);
    b.page(0x1000, 1).page(0x2000, 2);
    const auto found = parted(a.side(), b.side());
    EXPECT_EQ(found.position, 1U);
    EXPECT_THAT(found.differences, ElementsAre(kOnlyRight));
    EXPECT_EQ(found.left, std::nullopt);
    EXPECT_EQ(found.right->gpa, 0x2000U);
}

TEST(FirstDivergence, ComparesTwoProfilesOfOneFile) {
    BuiltImage a;
    a.page(0x1000, 1).insert(0x5000).vmsa();
    const auto found = parted(a.side(LaunchProfile::kSpec), a.side(LaunchProfile::kQemuKvm));
    EXPECT_EQ(found.position, 0U);
    EXPECT_THAT(found.differences, ElementsAre(kOrder));
    EXPECT_EQ(found.right->kind, LaunchKind::kParameterPage);
}

TEST(FirstDivergence, WorksOnStreams) {
    BuiltImage a(PlatformType::kTdx), b(PlatformType::kTdx);
    a.page(0x1000, 1).page(0x2000, 2);
    b.page(0x1000, 1).page(0x2000, 3);
    const auto found = parted(a.side(), b.side());
    EXPECT_EQ(found.position, 1U);
    EXPECT_THAT(found.differences, ElementsAre(kContent));
}

TEST(FindDigest, NamesTheProfile) {
    BuiltImage a;
    a.page(0x1000, 1).insert(0x5000).vmsa();
    const auto matches = find_digest(a.image(), a.digest(LaunchProfile::kQemuKvm), {}, 1).value();
    ASSERT_THAT(matches, SizeIs(1));
    EXPECT_EQ(matches[0].options.profile, LaunchProfile::kQemuKvm);
    EXPECT_EQ(matches[0].options.vcpus, 1U);
}

TEST(FindDigest, CountsTheVcpusAndNamesTheCpu) {
    BuiltImage a;
    a.page(0x1000, 1).vmsa();
    LaunchOptions wanted = LaunchProfile::kOpenvmmKvm;
    wanted.vcpus = 3;
    wanted.cpu_signature = 0xA00F11;
    const auto matches = find_digest(a.image(), a.digest(wanted), {}, 8).value();
    ASSERT_FALSE(matches.empty());
    EXPECT_EQ(matches[0].options.profile, LaunchProfile::kOpenvmmKvm);
    EXPECT_EQ(matches[0].options.vcpus, 3U);
    EXPECT_EQ(matches[0].options.cpu_signature, 0xA00F11U);
    EXPECT_THAT(find_digest(a.image(), a.digest(wanted), {}, 2).value(), SizeIs(0));
}

TEST(FindDigest, TriesTheOtherTreatmentOfPagesWithoutData) {
    BuiltImage a;
    a.empty_page(0x1000).vmsa(0x8000);
    LaunchOptions wanted = LaunchProfile::kQemuKvm;
    wanted.zeros = ZeroPolicy::kZero;
    const auto matches = find_digest(a.image(), a.digest(wanted), {}, 1).value();
    ASSERT_FALSE(matches.empty());
    EXPECT_EQ(matches[0].options.profile, LaunchProfile::kOpenvmmKvm);
    EXPECT_EQ(matches[0].options.zeros, ZeroPolicy::kZero);
}

TEST(FindDigest, GivesNothingForAnUnknownDigest) {
    BuiltImage a;
    a.page(0x1000, 1).vmsa();
    EXPECT_THAT(find_digest(a.image(), std::vector<std::uint8_t>(48, 7), {}, 4).value(), SizeIs(0));
}

TEST(IsDigest, TakesACcaDigestWithoutItsZeros) {
    std::vector<std::uint8_t> digest(64, 0);
    std::fill_n(digest.begin(), 32, 9);
    EXPECT_TRUE(is_digest(digest, Bytes(digest).first(32)));
    EXPECT_TRUE(is_digest(digest, digest));
    EXPECT_FALSE(is_digest(digest, Bytes(digest).first(31)));
    EXPECT_FALSE(is_digest(std::vector<std::uint8_t>(64, 9), Bytes(digest).first(32)));
}

}  // namespace
}  // namespace igvm
