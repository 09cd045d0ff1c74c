#include <gmock/gmock.h>

#include "relocation_fixture.hpp"

namespace igvm::test {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t kHome = 128 * kMiB;

class RelocationTest : public LoadTest {
  protected:
    RelocationTest() { set_memory({{0, 16 * kMiB}, {256 * kMiB, 64 * kMiB}}); }

    void set_memory(std::initializer_list<GpaRange> ranges) {
        host_.memory_map.clear();
        for (const GpaRange range : ranges) host_.memory_map.push_back({range, MemoryType::kMemory});
    }

    /// Where the only region goes.
    std::uint64_t base(ImageBuilder& image) {
        const auto report = load(image);
        EXPECT_TRUE(report) << report.error().detail;
        return report ? report->relocations.at(0).to : 0;
    }
    std::uint64_t base(const RelocatableRegion& region) {
        ImageBuilder image(PlatformType::kNative);
        return base(image.add(region));
    }
    Error refuse_region(const RelocatableRegion& region) {
        ImageBuilder image(PlatformType::kNative);
        return refuse(image.add(region), Rule::kLoadRelocation);
    }

    RelocatableRegion region_ = region_at_128m(0, 0);
};

TEST_F(RelocationTest, StaysWhereTheHostHasMemory) {
    set_memory({{0, kGiB}});
    ImageBuilder image(PlatformType::kNative);
    image.add(region_at_128m(0)).page(kHome, Buffer(kPageSize, 7)).vp(0, native_context({.rip = kHome}));
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(report->relocations, ElementsAre(Relocation{{kHome, 2 * kMiB}, kHome, 1}));
    EXPECT_EQ(memory_.pages.at(kHome)[0], 7);
    EXPECT_EQ(native_addresses(memory_.vps[0].context).rip, kHome);
    EXPECT_THAT(memory_.maps, testing::Contains(Mapped{{kHome, 2 * kMiB}, MapReason::kRequired}));
}

TEST_F(RelocationTest, StaysEvenOutsideOfItsLimits) {
    set_memory({{0, kGiB}});
    region_.minimum_relocation_gpa = kGiB;
    EXPECT_EQ(base(region_), kHome);
}

TEST_F(RelocationTest, GoesToTheLowestPlaceThatIsMemory) { EXPECT_EQ(base(region_), 0U); }

TEST_F(RelocationTest, GoesBehindWhatIsLoadedThere) {
    ImageBuilder image(PlatformType::kNative);
    image.add(region_).page(0x1FF000).page(6 * kMiB);
    EXPECT_EQ(base(image), 2 * kMiB);
}

TEST_F(RelocationTest, GoesBehindWhatIsRequiredThere) {
    ImageBuilder image(PlatformType::kNative);
    image.add(region_).required(kMiB, 16 * kMiB - kMiB);
    EXPECT_EQ(base(image), 256 * kMiB);
}

TEST_F(RelocationTest, ObeysItsMinimum) {
    region_.minimum_relocation_gpa = 10 * kMiB;
    EXPECT_EQ(base(region_), 10 * kMiB);
    region_.minimum_relocation_gpa = 11 * kMiB;
    EXPECT_EQ(base(region_), 12 * kMiB) << "the next multiple of the alignment";
    region_.minimum_relocation_gpa = 15 * kMiB;
    EXPECT_EQ(base(region_), 256 * kMiB);
}

TEST_F(RelocationTest, EndsAtItsMaximum) {
    region_.minimum_relocation_gpa = 10 * kMiB;
    region_.maximum_relocation_gpa = 12 * kMiB;
    EXPECT_EQ(base(region_), 10 * kMiB);
    region_.maximum_relocation_gpa = 12 * kMiB - kPageSize;
    EXPECT_EQ(
        refuse_region(region_).detail,
        "the host has no free memory for the region at 0x8000000 with 0x200000 bytes, which may lie from "
        "0xa00000 to 0xbff000 at multiples of 0x200000");
}

TEST_F(RelocationTest, TakesAlignmentsThatAreNoPowerOfTwo) {
    set_memory({{kMiB, 15 * kMiB}});
    region_.relocation_alignment = 3 * kPageSize;
    region_.relocation_region_gpa = 3 * kPageSize * 10000;
    EXPECT_EQ(base(region_), 3 * kPageSize * 86);
}

TEST_F(RelocationTest, NeedsMemoryForAllOfIt) {
    set_memory({{0, kMiB}, {4 * kMiB, 2 * kMiB - kPageSize}, {8 * kMiB, kMiB}, {9 * kMiB, kMiB}});
    EXPECT_EQ(base(region_), 8 * kMiB);
}

TEST_F(RelocationTest, TakesAlongTheRequiredMemoryThatBeginsInIt) {
    set_memory({{0, 16 * kMiB}, {256 * kMiB, 64 * kMiB}});
    ImageBuilder image(PlatformType::kNative);
    image.add(region_).required(kHome, 32 * kMiB, kRequiredMemoryVtl2Protectable);
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->relocations[0].to, 256 * kMiB) << "16 MiB are too small for 32 MiB";
    EXPECT_THAT(memory_.maps,
                testing::Contains(Mapped{{256 * kMiB, 32 * kMiB}, MapReason::kVtl2Protectable}));
    EXPECT_EQ(report->memory_map[1], (MemoryMapEntry{{256 * kMiB, 32 * kMiB}, MemoryType::kVtl2Protectable}));
}

TEST_F(RelocationTest, GoesWhereTheHostWants) {
    host_.relocation_bases = {260 * kMiB};
    EXPECT_EQ(base(region_), 260 * kMiB);
    set_memory({{0, kGiB}});
    EXPECT_EQ(base(region_), 260 * kMiB) << "also where the region could stay";
}

TEST_F(RelocationTest, RefusesAPlaceThatCannotBe) {
    region_.minimum_relocation_gpa = 4 * kMiB;
    for (const std::uint64_t bad :
         {5 * kMiB, 2 * kMiB, 16 * kMiB, 1024 * kGiB, std::uint64_t{0} - 2 * kMiB}) {
        host_.relocation_bases = {bad};
        EXPECT_THAT(refuse_region(region_).detail, testing::HasSubstr("is no place for the region"));
    }
}

TEST_F(RelocationTest, RefusesAPlaceWhereSomethingIsLoaded) {
    host_.relocation_bases = {4 * kMiB};
    ImageBuilder image(PlatformType::kNative);
    refuse(image.add(region_).page(5 * kMiB), Rule::kLoadRelocation);
}

TEST_F(RelocationTest, PlacesTwoRegionsApart) {
    RelocatableRegion second = region_;
    second.relocation_region_gpa = 512 * kMiB;
    ImageBuilder image(PlatformType::kNative);
    image.add(region_).add(second).page(kHome, Buffer(kPageSize, 1)).page(512 * kMiB, Buffer(kPageSize, 2));
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->relocations[0].to, 0U);
    EXPECT_EQ(report->relocations[1].to, 2 * kMiB);
    EXPECT_EQ(memory_.pages.at(0)[0], 1);
    EXPECT_EQ(memory_.pages.at(2 * kMiB)[0], 2);
}

TEST_F(RelocationTest, ARegionThatStaysKeepsItsPlaceFromOthers) {
    RelocatableRegion second = region_;
    second.relocation_region_gpa = 2 * kMiB;
    set_memory({{0, 6 * kMiB}});
    ImageBuilder image(PlatformType::kNative);
    image.add(region_).add(second).page(0);
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->relocations[0].to, 4 * kMiB);
    EXPECT_EQ(report->relocations[1].to, 2 * kMiB);
}

TEST_F(RelocationTest, MovesAllThatIsInTheRegion) {
    ImageBuilder image(PlatformType::kSnp);
    image.add(region_at_128m(0))
        .page(kHome + 0x1000, Buffer(kPageSize, 5))
        .area(0, kPageSize)
        .parameter(HeaderType::kVpCount, 0, 8)
        .insert(0, kHome + 0x2000)
        .add(ErrorRange{kHome + 0x3000, kMask, 0x1000U})
        .vp(0, vmsa({.rip = kHome + 0x10, .gdtr = kHome + 0x20}), kHome + 0x5000)
        .page(0x400000, Buffer(kPageSize, 6));
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    ASSERT_EQ(report->relocations[0].to, 0U);
    EXPECT_EQ(memory_.pages.at(0x1000)[0], 5);
    EXPECT_EQ(memory_.pages.at(0x2000)[8], 1);
    EXPECT_TRUE(memory_.pages.contains(0x3000));
    EXPECT_EQ(memory_.pages.at(0x400000)[0], 6) << "outside of the region";
    ASSERT_EQ(memory_.vps.size(), 1U);
    EXPECT_EQ(memory_.vps[0].gpa, 0x5000U);
    EXPECT_EQ(vmsa_addresses(memory_.vps[0].context), (Addresses{.rip = 0x10, .gdtr = 0x20}));
}

TEST_F(RelocationTest, RefusesWhatLiesAcrossTheBorder) {
    ImageBuilder insert(PlatformType::kNative);
    insert.add(region_).area(0, 2 * kPageSize).insert(0, kHome + 2 * kMiB - kPageSize);
    EXPECT_EQ(refuse(insert, Rule::kLoadRelocation).detail,
              "0x81ff000 to 0x8201000 lies across the border of a region that moves");
    RelocatableRegion small = region_;
    small.relocation_region_size = kMiB;
    ImageBuilder large(PlatformType::kNative);
    refuse(large.add(small).page(kHome, {}, kPageFlag2Mb), Rule::kLoadRelocation);
}

TEST_F(RelocationTest, KeepsA2MbPageAligned) {
    region_.relocation_alignment = kMiB;
    ImageBuilder even(PlatformType::kNative);
    EXPECT_EQ(base(even.add(region_).page(kHome, {}, kPageFlag2Mb)), 0U);
    EXPECT_EQ(memory_.states.front(), (SetState{{0, 2 * kMiB}, PageState{}}));
    set_memory({{kMiB, 16 * kMiB}});
    ImageBuilder odd(PlatformType::kNative);
    EXPECT_EQ(refuse(odd.add(region_).page(kHome, {}, kPageFlag2Mb), Rule::kLoadRelocation).detail,
              "the 2 MB page at 0x8000000 would move to 0x100000");
}

TEST_F(RelocationTest, RefusesRegionsThatAreNone) {
    const auto with = [&](auto member, std::uint64_t value) {
        RelocatableRegion bad = region_;
        bad.*member = value;
        refuse_region(bad);
    };
    with(&RelocatableRegion::relocation_alignment, 0);
    with(&RelocatableRegion::relocation_alignment, 0x1800);
    with(&RelocatableRegion::relocation_region_gpa, kHome + kPageSize);
    with(&RelocatableRegion::relocation_region_size, 0);
    with(&RelocatableRegion::relocation_region_size, 0x800);
    with(&RelocatableRegion::relocation_region_size, UINT64_MAX - 0xFFF);
    ImageBuilder twice(PlatformType::kNative);
    EXPECT_EQ(refuse(twice.add(region_).add(region_), Rule::kLoadRelocation).detail,
              "the region at 0x8000000 overlaps that at 0x8000000");
}

TEST_F(RelocationTest, RefusesVeryManyRegions) {
    ImageBuilder image(PlatformType::kNative);
    for (std::uint64_t i = 0; i < 65; ++i) {
        region_.relocation_region_gpa = kHome + i * 2 * kMiB;
        image.add(region_);
    }
    EXPECT_EQ(refuse(image, Rule::kLoadRelocation).detail,
              "the platform has 65 relocatable regions; 64 are supported");
}

TEST_F(RelocationTest, RefusesToMoveTdxAndArmImages) {
    ImageBuilder tdx(PlatformType::kTdx);
    EXPECT_EQ(refuse(tdx.add(region_), Rule::kLoadRelocation).detail,
              "a region must move, and the platform has no x64 VP contexts");
    ImageBuilder arm(PlatformType::kVbs, {.version = 2, .architecture = Architecture::kAArch64});
    EXPECT_THAT(refuse(arm.add(region_), Rule::kLoadRelocation).detail, testing::HasSubstr("only x64"));
}

TEST_F(RelocationTest, LeavesAnotherPlatformsRegions) {
    region_.compatibility_mask = 2;
    ImageBuilder image(PlatformType::kNative);
    const auto report = load(image.add(region_).page(kMiB));
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->relocations.empty());
}

class RegisterTest : public RelocationTest {
  protected:
    /// The registers after a move from 128 MiB to 0 under `flags`.
    Addresses moved(std::uint8_t flags, const Addresses& before) {
        ImageBuilder image(PlatformType::kNative);
        image.add(region_at_128m(0, flags)).vp(0, native_context(before));
        EXPECT_TRUE(load(image));
        return native_addresses(memory_.vps.at(0).context);
    }
    static constexpr Addresses kInside{
        .rip = kHome + 0x100, .gdtr = kHome + 0x200, .cr3 = kHome, .cr4 = 0x20};
};

TEST_F(RegisterTest, MoveAsTheFlagsSay) {
    EXPECT_EQ(moved(0, kInside), kInside);
    EXPECT_EQ(moved(kApplyPc, kInside), (Addresses{0x100, kHome + 0x200, kHome, 0x20}));
    EXPECT_EQ(moved(kApplyGdtr, kInside), (Addresses{kHome + 0x100, 0x200, kHome, 0x20}));
}

TEST_F(RegisterTest, StayWhenTheyPointElsewhere) {
    const Addresses elsewhere{.rip = kHome - 1, .gdtr = kHome + 2 * kMiB};
    EXPECT_EQ(moved(kApplyPc | kApplyGdtr, elsewhere), elsewhere);
}

TEST_F(RegisterTest, OfTheNamedVpAndVtlOfAVbsImageMove) {
    host_.vp_count = 2;
    ImageBuilder image(PlatformType::kVbs);
    image.add(region_at_128m(2))
        .vp(0, vbs_context(kInside, 0))
        .vp(0, vbs_context(kInside, 2))
        .vp(1, vbs_context(kInside, 2));
    ASSERT_TRUE(load(image));
    EXPECT_EQ(vbs_addresses(memory_.vps[0].context), kInside) << "another VTL";
    EXPECT_EQ(vbs_addresses(memory_.vps[1].context), (Addresses{0x100, 0x200, kHome, 0x20}));
    EXPECT_EQ(vbs_addresses(memory_.vps[2].context), kInside) << "another VP";
    EXPECT_EQ(memory_.vps[1].vtl, 2);
}

TEST_F(RegisterTest, NeedAContext) {
    ImageBuilder image(PlatformType::kNative);
    EXPECT_EQ(refuse(image.add(region_at_128m(0)), Rule::kLoadRelocation).detail,
              "the region names VP 0 of VTL 0, which has no context");
}

}  // namespace
}  // namespace igvm::test
