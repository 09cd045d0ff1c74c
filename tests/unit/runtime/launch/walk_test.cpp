#include <gmock/gmock.h>

#include "igvm/launch.hpp"
#include "igvm/writer.hpp"

namespace igvm {
namespace {

using testing::SizeIs;

constexpr std::uint32_t kMask = 1;

/// A written image of one SNP platform with mask 1, its file kept alive.
class WalkTest : public testing::Test {
  protected:
    WalkTest() {
        SupportedPlatform platform{};
        platform.compatibility_mask = kMask;
        platform.platform_type = static_cast<std::uint8_t>(PlatformType::kSnp);
        platform.platform_version = std::uint16_t{1};
        append(platform);
    }

    template <class T>
    void append(const T& header, Bytes payload = {}) {
        ASSERT_TRUE(writer_.append(header, payload, "test"));
    }

    void append_page(std::uint64_t gpa, std::uint32_t flags = 0, Bytes payload = {},
                     std::uint32_t mask = kMask) {
        PageData page{};
        page.gpa = gpa;
        page.compatibility_mask = mask;
        page.flags = flags;
        append(page, payload);
    }

    void append_area(std::uint32_t index, std::uint64_t size) {
        ParameterArea area{};
        area.parameter_area_index = index;
        area.number_of_bytes = size;
        append(area);
    }

    void append_insert(std::uint32_t index, std::uint64_t gpa) {
        ParameterInsert insert{};
        insert.parameter_area_index = index;
        insert.gpa = gpa;
        insert.compatibility_mask = kMask;
        append(insert);
    }

    Result<void> run() {
        auto file = std::move(writer_).finish();
        if (!file) return tl::unexpected(file.error());
        file_ = std::move(file->bytes);
        const auto image = Image::open(file_);
        if (!image) return tl::unexpected(image.error());
        return walk(*image, image->platforms().at(0), LaunchProfile::kSpec, [&](const LaunchEvent& event) {
            events_.push_back(event);
            return Result<void>{};
        });
    }

    Writer writer_;
    std::vector<std::uint8_t> file_;
    std::vector<LaunchEvent> events_;
};

TEST_F(WalkTest, GivesPagesInFileOrderWithTheirPlaceInTheFile) {
    const std::vector<std::uint8_t> content(kPageSize, 0x5A);
    append_page(0x2000, 0, content);
    append_page(0x1000);
    ASSERT_TRUE(run());
    ASSERT_THAT(events_, SizeIs(2));
    EXPECT_EQ(events_[0].gpa, 0x2000U);
    EXPECT_EQ(events_[0].content.size(), kPageSize);
    EXPECT_EQ(events_[0].content[17], 0x5A);
    EXPECT_EQ(events_[0].content_id, static_cast<std::uint64_t>(events_[0].content.data() - file_.data()));
    EXPECT_EQ(events_[0].header_index, 1U);
    EXPECT_EQ(events_[1].gpa, 0x1000U);
    EXPECT_TRUE(events_[1].content.empty());
    EXPECT_EQ(events_[1].content_id, 0U);
}

TEST_F(WalkTest, TakesAHeaderWhoseMaskCoversThePlatformAndLeavesOthers) {
    append_page(0x1000, 0, {}, 3);
    append_page(0x2000, 0, {}, 2);
    ASSERT_TRUE(run());
    ASSERT_THAT(events_, SizeIs(1));
    EXPECT_EQ(events_[0].gpa, 0x1000U);
}

TEST_F(WalkTest, KeepsTheFlagsOfAPage) {
    append_page(0x1000, kPageFlagUnmeasured);
    append_page(0x2000, kPageFlagShared);
    ASSERT_TRUE(run());
    ASSERT_THAT(events_, SizeIs(2));
    EXPECT_FALSE(events_[0].measured);
    EXPECT_FALSE(events_[0].shared);
    EXPECT_TRUE(events_[1].measured);
    EXPECT_TRUE(events_[1].shared);
}

TEST_F(WalkTest, SplitsALargePageInto512Pages) {
    std::vector<std::uint8_t> content(kLargePageSize);
    content[511 * kPageSize] = 7;
    append_page(0x200000, kPageFlag2Mb, content);
    ASSERT_TRUE(run());
    ASSERT_THAT(events_, SizeIs(512));
    EXPECT_EQ(events_[511].gpa, 0x200000 + 511 * kPageSize);
    EXPECT_EQ(events_[511].content[0], 7);
    EXPECT_EQ(events_[511].content_id, events_[0].content_id + 511 * kPageSize);
}

TEST_F(WalkTest, SplitsALargePageWithoutDataInto512PagesWithoutContent) {
    append_page(0x200000, kPageFlag2Mb);
    ASSERT_TRUE(run());
    ASSERT_THAT(events_, SizeIs(512));
    EXPECT_TRUE(events_[0].content.empty());
    EXPECT_TRUE(events_[511].content.empty());
}

TEST_F(WalkTest, InsertsEveryPageOfAnAreaUnmeasured) {
    append_area(4, 2 * kPageSize);
    append_insert(4, 0x9000);
    ASSERT_TRUE(run());
    ASSERT_THAT(events_, SizeIs(2));
    for (const LaunchEvent& event : events_) {
        EXPECT_EQ(event.kind, LaunchKind::kParameterPage);
        EXPECT_FALSE(event.measured);
    }
    EXPECT_EQ(events_[1].gpa, 0xA000U);
}

TEST_F(WalkTest, RoundsAnErrorRangeUpToPages) {
    ErrorRange range{};
    range.gpa = std::uint64_t{0x3000};
    range.compatibility_mask = kMask;
    range.size_bytes = std::uint32_t{kPageSize + 1};
    append(range);
    ASSERT_TRUE(run());
    ASSERT_THAT(events_, SizeIs(2));
    EXPECT_EQ(events_[1].kind, LaunchKind::kErrorPage);
    EXPECT_EQ(events_[1].gpa, 0x4000U);
}

TEST_F(WalkTest, RefusesAnInsertOfAnAreaThatIsNotDeclaredBefore) {
    append_insert(4, 0x9000);
    append_area(4, kPageSize);
    const auto result = run();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().rule, Rule::kAreaUndeclared);
}

TEST_F(WalkTest, RefusesAnAreaOf2To60BytesBeforeItsFirstPage) {
    append_area(0, std::uint64_t{1} << 60);
    append_insert(0, 0);
    const auto result = run();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().rule, Rule::kLaunchTooLarge);
    EXPECT_TRUE(events_.empty());
}

TEST_F(WalkTest, RefusesManyInsertsThatAddUpToTooMuch) {
    append_area(0, kMaxHostPages * kPageSize / 2);
    for (std::uint64_t i = 0; i < 3; ++i) append_insert(0, i << 40);
    const auto result = run();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().rule, Rule::kLaunchTooLarge);
    EXPECT_EQ(events_.size(), kMaxHostPages);
}

TEST_F(WalkTest, StopsAtTheFirstErrorOfTheSink) {
    append_page(0x1000);
    append_page(0x2000);
    auto file = std::move(writer_).finish();
    ASSERT_TRUE(file);
    const auto image = Image::open(file->bytes);
    ASSERT_TRUE(image);
    int calls = 0;
    const auto result = walk(*image, image->platforms().at(0), LaunchProfile::kSpec,
                             [&](const LaunchEvent& event) -> Result<void> {
                                 ++calls;
                                 return fail(Rule::kMeasurePageType, event.gpa, "enough");
                             });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().offset, 0x1000U);
    EXPECT_EQ(calls, 1);
}

TEST(LaunchProfile, HasANameAndIsFoundByIt) {
    EXPECT_EQ(name(LaunchProfile::kSpec), "spec");
    EXPECT_EQ(find_profile("spec"), LaunchProfile::kSpec);
    EXPECT_EQ(find_profile("Spec"), std::nullopt);
}

}  // namespace
}  // namespace igvm
