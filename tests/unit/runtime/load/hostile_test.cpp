// Small files that ask for very much.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "relocation_fixture.hpp"

namespace igvm::test {
namespace {

/// Counts what it is told and keeps nothing.
class CountingMemory : public Memory {
  public:
    Result<void> map(GpaRange range, MapReason) override {
        mapped += range.size;
        return {};
    }
    Result<void> write(std::uint64_t, Bytes content) override {
        written += content.size();
        return {};
    }
    Result<void> set_page_state(GpaRange, const PageState&) override { return {}; }
    Result<void> set_vp_state(const VpState&) override { return {}; }

    std::uint64_t mapped = 0;
    std::uint64_t written = 0;
};

long peak_kib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

class HostileTest : public testing::Test {
  protected:
    Result<LoadReport> load(ImageBuilder& builder) {
        file_ = builder.build();
        const auto image = Image::open(file_);
        if (!image) return tl::unexpected(image.error());
        const long before = peak_kib();
        auto report = Loader(*image, image->platforms().at(0)).load(host_, memory_);
        grown_kib_ = peak_kib() - before;
        return report;
    }

    HostConfig host_ = small_host();
    CountingMemory memory_;
    Buffer file_;
    long grown_kib_ = 0;
};

TEST_F(HostileTest, AnAreaOf1GiBCostsNothing) {
    ImageBuilder image(PlatformType::kSnp);
    image.area(0, kGiB).parameter(HeaderType::kVpCount, 0, 0x3FFF'FFFC).insert(0, 0);
    ASSERT_TRUE(load(image));
    EXPECT_EQ(memory_.mapped, kGiB);
    EXPECT_EQ(memory_.written, 4U);
    EXPECT_LT(grown_kib_, 8 * 1024);
}

TEST_F(HostileTest, AnAreaOf2To60BytesIsRefused) {
    ImageBuilder image(PlatformType::kSnp);
    image.area(0, std::uint64_t{1} << 60).insert(0, 0);
    const auto report = load(image);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().rule, Rule::kLoadAddress);
}

TEST_F(HostileTest, ManyParametersOfOneLargeValueCostTheirHeaders) {
    Buffer tree(kMiB);
    put(tree, 0, 4, 0xEDFE0DD0);
    host_.device_tree = tree;
    ImageBuilder image(PlatformType::kSnp);
    image.area(0, 64 * kMiB);
    for (std::uint32_t i = 0; i < 100'000; ++i)
        image.parameter(HeaderType::kDeviceTree, 0, static_cast<std::uint32_t>(i * 613 % (62 * kMiB)));
    image.insert(0, 0);
    ASSERT_TRUE(load(image));
    EXPECT_LE(memory_.written, 64 * kMiB);
    EXPECT_LT(grown_kib_, 64 * 1024);
}

TEST_F(HostileTest, APageTableRegionOf2To51BytesCostsItsTables) {
    RelocatableRegion region = region_at_128m(0);
    ImageBuilder image(PlatformType::kNative);
    image.add(region)
        .add(PageTableRelocation{kMask, std::uint16_t{0}, std::uint8_t{0}, std::uint8_t{0}, kGiB,
                                 std::uint64_t{1} << 51, std::uint64_t{1} << 51})
        .vp(0, native_context({.cr3 = kGiB}));
    host_.memory_map = {{{0, kEndOfGuestMemory}, MemoryType::kMemory}};
    host_.relocation_bases = {130 * kMiB};
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->relocations[1].to, kGiB + 2 * kMiB);
    EXPECT_EQ(memory_.written, 0U);
    EXPECT_LT(grown_kib_, 8 * 1024);
}

/// Every table has 512 entries that point to tables of the same content.
TEST_F(HostileTest, TablesThatPointToEachOtherAreWalkedOnce) {
    constexpr std::uint64_t kTables = 256 * kMiB;
    constexpr std::size_t kCount = 2000;
    Buffer table(kPageSize);
    for (std::size_t slot = 0; slot < 512; ++slot)
        put(table, 8 * slot, 8, (kTables + slot * kPageSize) | kTable);
    ImageBuilder image(PlatformType::kNative);
    image.add(region_at_128m(0))
        .add(PageTableRelocation{kMask, std::uint16_t{0}, std::uint8_t{0}, std::uint8_t{0}, kTables,
                                 kCount * kPageSize, kCount * kPageSize})
        .vp(0, native_context({.cr3 = kTables}));
    for (std::size_t i = 0; i < kCount; ++i) image.page(kTables + i * kPageSize, table);
    host_.memory_map = {{{0, 4 * kGiB}, MemoryType::kMemory}};
    host_.relocation_bases = {kGiB};
    const auto report = load(image);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().rule, Rule::kLoadPageTable);
    EXPECT_LT(grown_kib_, 32 * 1024);
}

TEST_F(HostileTest, ManyScatteredObstaclesAndRegionsArePlacedInTime) {
    ImageBuilder image(PlatformType::kNative);
    for (std::uint64_t i = 0; i < 64; ++i) {
        RelocatableRegion region = region_at_128m(0, 0);
        region.relocation_alignment = kPageSize;
        region.relocation_region_gpa = 512 * kGiB + i * kGiB;
        region.relocation_region_size = 2 * kPageSize;
        image.add(region);
    }
    for (std::uint64_t i = 0; i < 50'000; ++i) image.page(2 * i * kPageSize);
    host_.memory_map = {{{0, kGiB}, MemoryType::kMemory}};
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->relocations[0].to, (2 * 49'999 + 1) * kPageSize);
    EXPECT_EQ(report->relocations[63].to, (2 * 49'999 + 1 + 2 * 63) * kPageSize);
}

TEST_F(HostileTest, ManyContextsNeedAsManyVps) {
    ImageBuilder image(PlatformType::kSnp);
    const Buffer context(kPageSize);
    for (std::uint16_t i = 0; i < 1000; ++i) image.vp(i, context, 0x1000 * std::uint64_t{i});
    const auto report = load(image);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().rule, Rule::kLoadVp);
}

}  // namespace
}  // namespace igvm::test
