#include <gmock/gmock.h>

#include "load_fixture.hpp"

namespace igvm::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr PageState kNormalPage{};

Page filled(std::uint8_t byte) {
    Page page;
    page.fill(byte);
    return page;
}

TEST_F(LoadTest, PutsPagesWhereTheFileSays) {
    ImageBuilder image(PlatformType::kSnp);
    image.page(0x3000, Buffer(kPageSize, 0x5A)).page(0x1000);
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->page_count, 2U);
    EXPECT_EQ(memory_.pages.size(), 2U);
    EXPECT_EQ(memory_.pages.at(0x3000), filled(0x5A));
    EXPECT_EQ(memory_.pages.at(0x1000), Page{});
    EXPECT_THAT(memory_.states, ElementsAre(SetState{{0x3000, kPageSize}, kNormalPage},
                                            SetState{{0x1000, kPageSize}, kNormalPage}));
}

TEST_F(LoadTest, GathersPagesThatFollowOneAnother) {
    ImageBuilder image(PlatformType::kSnp);
    for (std::uint8_t i = 0; i < 3; ++i) image.page(0x1000 + i * kPageSize, Buffer(kPageSize, i + 1));
    image.page(0x4000, {}, kPageFlagUnmeasured);
    ASSERT_TRUE(load(image));
    EXPECT_THAT(memory_.states, ElementsAre(SetState{{0x1000, 3 * kPageSize}, kNormalPage},
                                            SetState{{0x4000, kPageSize}, {.measured = false}}));
    EXPECT_EQ(memory_.writes, 1) << "three payloads that follow one another in the file are one write";
    EXPECT_EQ(memory_.pages.at(0x3000)[7], 3);
}

TEST_F(LoadTest, EndsARangeAtEvery2MiB) {
    ImageBuilder image(PlatformType::kSnp);
    image.page(2 * kMiB - kPageSize).page(2 * kMiB);
    ASSERT_TRUE(load(image));
    EXPECT_THAT(memory_.states, ElementsAre(SetState{{2 * kMiB - kPageSize, kPageSize}, kNormalPage},
                                            SetState{{2 * kMiB, kPageSize}, kNormalPage}));
}

TEST_F(LoadTest, KeepsTypesAndFlags) {
    ImageBuilder image(PlatformType::kSnp);
    image.page(0x1000, {}, 0, PageDataType::kSecrets).page(0x2000, {}, kPageFlagShared);
    image.add(ErrorRange{std::uint64_t{0x3000}, kMask, std::uint32_t{kPageSize}});
    ASSERT_TRUE(load(image));
    EXPECT_THAT(memory_.states,
                ElementsAre(SetState{{0x1000, kPageSize}, {.type = PageDataType::kSecrets}},
                            SetState{{0x2000, kPageSize}, {.shared = true}},
                            SetState{{0x3000, kPageSize}, {.kind = LaunchKind::kErrorPage, .shared = true}}));
}

TEST_F(LoadTest, LoadsA2MbPageAsOneRange) {
    Buffer content(kLargePageSize);
    content[0] = 1;
    content[511 * kPageSize + 9] = 2;
    ImageBuilder image(PlatformType::kSnp);
    image.page(0x1FF000).page(2 * kMiB, content, kPageFlag2Mb).page(4 * kMiB);
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->page_count, 514U);
    EXPECT_THAT(memory_.states, ElementsAre(SetState{{0x1FF000, kPageSize}, kNormalPage},
                                            SetState{{2 * kMiB, 2 * kMiB}, kNormalPage},
                                            SetState{{4 * kMiB, kPageSize}, kNormalPage}));
    EXPECT_EQ(memory_.writes, 1);
    EXPECT_EQ(memory_.pages.at(2 * kMiB)[0], 1);
    EXPECT_EQ(memory_.pages.at(2 * kMiB + 511 * kPageSize)[9], 2);
}

TEST_F(LoadTest, LoadsA2MbPageWithoutDataAsZeros) {
    ImageBuilder image(PlatformType::kSnp);
    image.page(2 * kMiB, {}, kPageFlag2Mb);
    const auto report = load(image);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->page_count, 512U);
    EXPECT_EQ(memory_.writes, 0);
    EXPECT_EQ(memory_.pages.at(4 * kMiB - kPageSize), Page{});
}

TEST_F(LoadTest, RefusesA2MbPageThatIsNotAligned) {
    ImageBuilder image(PlatformType::kSnp);
    image.page(kMiB, {}, kPageFlag2Mb);
    EXPECT_EQ(refuse(image, Rule::kPageAlignment).detail, "0x100000 is not aligned to 0x200000");
}

TEST_F(LoadTest, StartsVpsWithTheirContextsInOrder) {
    Buffer vmsa(kPageSize);
    vmsa[0x178] = 0x10;
    ImageBuilder image(PlatformType::kSnp);
    image.vp(1, vmsa, 0xFFFF'FFFF'F000).vp(0, vmsa, 0x5000);
    host_.vp_count = 2;
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->vp_count, 2U);
    ASSERT_EQ(memory_.vps.size(), 2U);
    EXPECT_EQ(memory_.vps[0].vp_index, 1);
    EXPECT_EQ(memory_.vps[0].gpa, 0xFFFF'FFFF'F000U);
    EXPECT_EQ(memory_.vps[0].context, vmsa);
    EXPECT_EQ(memory_.vps[1].gpa, 0x5000U);
}

TEST_F(LoadTest, RefusesAVpThatTheHostHasNot) {
    ImageBuilder image(PlatformType::kSnp);
    image.vp(1, Buffer(kPageSize), 0x5000);
    EXPECT_EQ(refuse(image, Rule::kLoadVp).detail, "the image starts VP 1, and the host has 1");
}

TEST_F(LoadTest, RefusesASecondContextOfOneVp) {
    ImageBuilder image(PlatformType::kSnp);
    image.vp(0, Buffer(kPageSize), 0x5000).vp(0, Buffer(kPageSize), 0x6000);
    refuse(image, Rule::kVpContextRepeated);
}

TEST_F(LoadTest, TellsTheVmmWhatMemoryIsRequired) {
    ImageBuilder image(PlatformType::kVbs);
    image.required(0x10000, 0x4000).required(0x20000, 0x1000, kRequiredMemoryVtl2Protectable);
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(memory_.maps, ElementsAre(Mapped{{0x10000, 0x4000}, MapReason::kRequired},
                                          Mapped{{0x20000, 0x1000}, MapReason::kVtl2Protectable}));
}

TEST_F(LoadTest, RefusesRequiredMemoryThatTheHostHasNot) {
    host_.memory_map = {{{0, 0x11000}, MemoryType::kMemory}, {{0x11000, 0x9000}, MemoryType::kReserved}};
    ImageBuilder image(PlatformType::kSnp);
    image.required(0x10000, 0x2000);
    const Error error = refuse(image, Rule::kLoadMemory);
    EXPECT_EQ(error.detail, "the image needs memory from 0x10000 to 0x12000, which the host has not all");
    EXPECT_EQ(error.offset, 24U + 24U) << "the header behind the platform's";
}

TEST_F(LoadTest, AcceptsRequiredMemoryAcrossTwoEntriesOfTheMap) {
    host_.memory_map = {{{0x11000, 0x9000}, MemoryType::kVtl2Protectable},
                        {{0, 0x11000}, MemoryType::kMemory}};
    ImageBuilder image(PlatformType::kSnp);
    image.required(0x10000, 0x2000);
    EXPECT_TRUE(load(image));
}

TEST_F(LoadTest, LeavesHeadersOfOtherPlatforms) {
    ImageBuilder image(PlatformType::kSnp);
    image.add(PageData{std::uint64_t{0x1001}, 2U, 0U, 0U, std::uint16_t{0}, std::uint16_t{0}});
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(memory_.pages, IsEmpty());
}

TEST_F(LoadTest, RefusesAnUnknownHeaderUnlessItIsOptional) {
    const Buffer body(8);
    ImageBuilder optional(PlatformType::kSnp);
    optional.raw(0x80000350, body);
    EXPECT_TRUE(load(optional));
    ImageBuilder required(PlatformType::kSnp);
    required.raw(0x350, body);
    refuse(required, Rule::kFileUnknownType);
}

TEST_F(LoadTest, RefusesAnAddressBeyondAllMachines) {
    ImageBuilder image(PlatformType::kSnp);
    image.page(UINT64_MAX - kPageSize + 1);
    EXPECT_EQ(refuse(image, Rule::kLoadAddress).detail,
              "0x1000 bytes at 0xfffffffffffff000 do not end below 0x10000000000000");
}

TEST_F(LoadTest, PassesTheErrorOfTheVmmOn) {
    class Full : public RecordingMemory {
        Result<void> map(GpaRange range, MapReason) override {
            return fail(Rule::kInputOutput, range.gpa, "full");
        }
    } full;
    ImageBuilder builder(PlatformType::kSnp);
    const Buffer file = builder.page(0x1000).page(0x9000).build();
    const auto image = Image::open(file);
    ASSERT_TRUE(image);
    const auto report = Loader(*image, image->platforms()[0]).load(host_, full);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error(), (Error{Rule::kInputOutput, 0x1000, "full"}));
    EXPECT_THAT(full.states, IsEmpty());
}

}  // namespace
}  // namespace igvm::test
