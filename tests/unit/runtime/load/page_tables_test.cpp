#include <gmock/gmock.h>

#include "relocation_fixture.hpp"

namespace igvm::test {
namespace {

constexpr std::uint64_t kHome = 128 * kMiB;
constexpr std::uint64_t kTables = kHome + 2 * kMiB;  ///< a large-page boundary outside of the region
constexpr std::uint64_t kPml4 = kTables, kPdpt = kTables + 0x1000, kPd = kTables + 0x2000,
                        kPt = kTables + 0x3000;
constexpr std::uint64_t kPrivate = std::uint64_t{1} << 51;

/// An image with a region at 128 MiB and its page tables behind it, and a host that has memory only where the
/// test says.
class PageTableTest : public LoadTest {
  protected:
    PageTableTest() { move_to(256 * kMiB); }

    void move_to(std::uint64_t base) {
        host_.memory_map = {{{base, 64 * kMiB}, MemoryType::kMemory}};
        to_ = base + 2 * kMiB;
    }

    using Tables = std::vector<std::pair<std::uint64_t, Buffer>>;

    ImageBuilder image(const Tables& tables, std::uint64_t used, std::uint64_t size = 0x8000) const {
        ImageBuilder image(PlatformType::kVbs);
        image.add(region_)
            .add(PageTableRelocation{kMask, std::uint16_t{0}, std::uint8_t{2}, std::uint8_t{0}, kTables, size,
                                     used})
            .vp(0, vbs_context(registers_));
        for (const auto& [gpa, content] : tables) image.page(gpa, content);
        return image;
    }
    void expect_loaded(const Tables& tables, std::uint64_t used, std::uint64_t size = 0x8000) {
        auto builder = image(tables, used, size);
        const auto report = load(builder);
        ASSERT_TRUE(report) << report.error().detail;
    }
    std::string refused(const Tables& tables, std::uint64_t used, std::uint64_t size = 0x8000) {
        auto builder = image(tables, used, size);
        return refuse(builder, Rule::kLoadPageTable).detail;
    }
    /// Entry `slot` of the table that the file has at `table`.
    std::uint64_t entry(std::uint64_t table, std::size_t slot) const {
        return memory_.u64(table - kTables + to_ + 8 * slot);
    }
    /// Entries that are not zero.
    int count(std::uint64_t table) const {
        int result = 0;
        for (std::size_t slot = 0; slot < 512; ++slot) result += entry(table, slot) != 0 ? 1 : 0;
        return result;
    }
    Addresses addresses() const { return vbs_addresses(memory_.vps.at(0).context); }

    /// 2 MiB pages for 0, the region and the page table region itself.
    static Tables three_levels(std::uint64_t extra = 0) {
        return {
            {kPml4, page_table({{0, kPdpt | kTable | extra}})},
            {kPdpt, page_table({{0, kPd | kTable | extra}})},
            {kPd, page_table(
                      {{0, kLarge | extra}, {64, kHome | kLarge | extra}, {65, kTables | kLarge | extra}})}};
    }

    RelocatableRegion region_ = region_at_128m(2);
    Addresses registers_{.rip = kHome, .gdtr = kHome + 0x1000, .cr3 = kPml4, .cr4 = 0x20};
    std::uint64_t to_ = 0;  ///< where the page tables go
};

TEST_F(PageTableTest, FollowTheRegionAndMapItAndThemselves) {
    expect_loaded(three_levels(), 0x3000);
    EXPECT_EQ(addresses(), (Addresses{256 * kMiB, 256 * kMiB + 0x1000, 258 * kMiB, 0x20}));
    EXPECT_EQ(entry(kPml4, 0), (258 * kMiB + 0x1000) | kTable);
    EXPECT_EQ(entry(kPdpt, 0), (258 * kMiB + 0x2000) | kTable);
    EXPECT_EQ(entry(kPd, 0), kLarge) << "maps nothing that moved";
    EXPECT_EQ(entry(kPd, 64), 0U);
    EXPECT_EQ(entry(kPd, 65), 0U);
    EXPECT_EQ(entry(kPd, 128), (256 * kMiB) | kLarge);
    EXPECT_EQ(entry(kPd, 129), (258 * kMiB) | kLarge) << "the page tables themselves";
    EXPECT_EQ(count(kPml4) + count(kPdpt) + count(kPd), 5);
    EXPECT_EQ(memory_.pages.size(), 3U);
}

TEST_F(PageTableTest, AreUntouchedWhenNothingMoves) {
    move_to(kHome);
    expect_loaded(three_levels(), 0x3000);
    EXPECT_EQ(addresses(), registers_);
    EXPECT_EQ(entry(kPd, 65), kTables | kLarge);
}

TEST_F(PageTableTest, TakeUnusedPagesForNewTables) {
    move_to(5 * kGiB);
    expect_loaded(three_levels(), 0x3000);
    EXPECT_EQ(entry(kPdpt, 5), (to_ + 0x3000) | kTable);
    EXPECT_EQ(count(kPdpt), 2);
    EXPECT_EQ(entry(kTables + 0x3000, 0), (5 * kGiB) | kLarge);
    EXPECT_EQ(entry(kTables + 0x3000, 1), to_ | kLarge);
    EXPECT_EQ(count(kTables + 0x3000), 2);
    EXPECT_EQ(memory_.states.back(), (SetState{{to_, 4 * kPageSize}, PageState{}}));
}

TEST_F(PageTableTest, PassOverUnusedPagesThatHoldData) {
    move_to(5 * kGiB);
    Tables tables = three_levels();
    tables.emplace_back(kTables + 0x3000, Buffer(kPageSize, 0));
    tables.back().second[9] = 1;
    expect_loaded(tables, 0x3000);
    EXPECT_EQ(entry(kPdpt, 5), (to_ + 0x4000) | kTable);
}

TEST_F(PageTableTest, NeedEnoughUnusedPages) {
    move_to(5 * kGiB);
    EXPECT_EQ(refused(three_levels(), 0x3000, 0x3000),
              "the 0x3000 bytes of the page table region are used up");
}

TEST_F(PageTableTest, MapIn4KiBPages) {
    Tables tables = three_levels();
    tables[2].second = page_table({{64, kPt | kTable}, {65, kTables | kLarge}});
    tables.emplace_back(kPt, page_table({{0, kHome | kLeaf}, {1, (kHome + 0x1000) | kLeaf}}));
    expect_loaded(tables, 0x4000);
    EXPECT_EQ(entry(kPd, 64), (to_ + 0x3000) | kTable) << "the table stays where it hangs, now empty";
    EXPECT_EQ(count(kPt), 0);
    EXPECT_EQ(entry(kPd, 128), (to_ + 0x4000) | kTable);
    EXPECT_EQ(entry(kTables + 0x4000, 0), (256 * kMiB) | kLeaf);
    EXPECT_EQ(entry(kTables + 0x4000, 1), (256 * kMiB + 0x1000) | kLeaf);
}

TEST_F(PageTableTest, Of5LevelsFollowToo) {
    registers_.cr4 = 0x1020;
    move_to(300 * kGiB);
    const std::uint64_t pml5 = kTables + 0x3000;
    registers_.cr3 = pml5 | 0x18;  // cache bits
    Tables tables = three_levels();
    tables.emplace_back(pml5, page_table({{0, kPml4 | kTable}}));
    expect_loaded(tables, 0x4000);
    EXPECT_EQ(addresses().cr3, (to_ + 0x3000) | 0x18);
    EXPECT_EQ(entry(pml5, 0), to_ | kTable);
    EXPECT_EQ(entry(kPml4, 0), (to_ + 0x1000) | kTable);
    EXPECT_EQ(entry(kPdpt, 300), (to_ + 0x4000) | kTable);
    EXPECT_EQ(entry(kTables + 0x4000, 0), (300 * kGiB) | kLarge);
    EXPECT_EQ(entry(kTables + 0x4000, 1), to_ | kLarge);
}

TEST_F(PageTableTest, Of5LevelsReachWhere4CanNot) {
    constexpr std::uint64_t k200TiB = 200 * 1024 * kGiB;
    region_.maximum_relocation_gpa = 1024 * 1024 * kGiB;
    move_to(k200TiB);
    EXPECT_EQ(refused(three_levels(), 0x3000), "0xc80000000000 cannot be mapped to itself with 4 levels");
    registers_.cr4 = 0x1020;
    registers_.cr3 = kPt;
    Tables tables = three_levels();
    tables.emplace_back(kPt, page_table({{0, kPml4 | kTable}}));
    expect_loaded(tables, 0x4000);
    EXPECT_EQ(entry(kPml4, 400), (to_ + 0x4000) | kTable);
    EXPECT_EQ(entry(kTables + 0x5000, 1), to_ | kLarge);
}

TEST_F(PageTableTest, KeepAnEntryThatMapsMoreThanTheDistance) {
    Tables tables = three_levels();
    tables[1].second = page_table({{0, kLarge}});
    expect_loaded(tables, 0x3000);
    EXPECT_EQ(entry(kPdpt, 0), kLarge);
    EXPECT_EQ(addresses().cr3, to_);
}

TEST_F(PageTableTest, MoveALargeEntryAWholeMultiple) {
    move_to(5 * kGiB);
    region_.relocation_alignment = 128 * kMiB;
    Tables tables = three_levels();
    tables[1].second = page_table({{0, kLarge}});
    EXPECT_EQ(refused(tables, 0x3000), "the entry of 0x40000000 bytes at 0x0 cannot move by 0x138000000");
    move_to(5 * kGiB + 128 * kMiB);
    expect_loaded(tables, 0x3000);
    EXPECT_EQ(entry(kPdpt, 0), 0U);
    EXPECT_EQ(entry(kPdpt, 5), (5 * kGiB) | kLarge) << "once for the region and its tables";
}

TEST_F(PageTableTest, RefuseAMoveThatIsNoMultipleOfAnEntry) {
    region_.relocation_alignment = kMiB;
    move_to(257 * kMiB);
    EXPECT_EQ(refused(three_levels(), 0x3000),
              "the entry of 0x200000 bytes at 0x8000000 cannot move by 0x8100000");
}

TEST_F(PageTableTest, MoveDown) {
    move_to(32 * kMiB);
    expect_loaded(three_levels(), 0x3000);
    EXPECT_EQ(entry(kPd, 16), (32 * kMiB) | kLarge);
    EXPECT_EQ(entry(kPd, 17), (34 * kMiB) | kLarge);
    EXPECT_EQ(addresses().cr3, 34 * kMiB);
}

TEST_F(PageTableTest, MoveByLessThanTheirOwnSize) {
    move_to(kHome + 2 * kMiB);
    expect_loaded(three_levels(), 0x3000);
    EXPECT_EQ(entry(kPd, 64), 0U);
    EXPECT_EQ(entry(kPd, 65), (kHome + 2 * kMiB) | kLarge) << "where the tables were, now the region";
    EXPECT_EQ(entry(kPd, 66), (kHome + 4 * kMiB) | kLarge);
}

TEST_F(PageTableTest, KeepThePrivateBit) {
    host_.private_bit = kPrivate;
    registers_.cr3 = kPml4 | kPrivate;
    move_to(5 * kGiB);
    expect_loaded(three_levels(kPrivate), 0x3000);
    EXPECT_EQ(addresses().cr3, to_ | kPrivate);
    EXPECT_EQ(entry(kPml4, 0), (to_ + 0x1000) | kTable | kPrivate);
    EXPECT_EQ(entry(kPdpt, 5), (to_ + 0x3000) | kTable | kPrivate);
    EXPECT_EQ(entry(kTables + 0x3000, 0), (5 * kGiB) | kLarge | kPrivate);
}

TEST_F(PageTableTest, TakeAPlaceThatIsMappedAlready) {
    Tables same = three_levels();
    put(same[2].second, 8 * 128, 8, (256 * kMiB) | kLarge);
    expect_loaded(same, 0x3000);
    EXPECT_EQ(entry(kPd, 128), (256 * kMiB) | kLarge);
    move_to(5 * kGiB);
    Tables larger = three_levels();
    put(larger[1].second, 8 * 5, 8, (5 * kGiB) | kLarge);
    expect_loaded(larger, 0x3000);
    EXPECT_EQ(entry(kPdpt, 5), (5 * kGiB) | kLarge);
}

TEST_F(PageTableTest, RefuseAPlaceThatIsMappedOtherwise) {
    Tables other = three_levels();
    put(other[2].second, 8 * 128, 8, (256 * kMiB) | 0xE1);
    EXPECT_EQ(refused(other, 0x3000), "0x10000000 is already mapped in another way");
}

TEST_F(PageTableTest, RefuseEntriesThatAreNoIdentityMap) {
    Tables elsewhere = three_levels();
    put(elsewhere[2].second, 8 * 70, 8, kHome | kLarge);
    EXPECT_EQ(refused(elsewhere, 0x3000),
              "0x8c00000 is mapped to 0x8000000; page tables that move must be an identity map");
    Tables hidden = three_levels();
    put(hidden[2].second, 8 * 64, 8, (512 * kMiB) | kLarge);
    refused(hidden, 0x3000);
}

TEST_F(PageTableTest, LeaveOtherMappingsOfUpperAddresses) {
    Tables tables = three_levels();
    put(tables[0].second, 8 * 511, 8, (kTables + 0x3000) | kTable);
    tables.emplace_back(kTables + 0x3000, page_table({{511, (4 * kGiB) | kLarge}}));
    expect_loaded(tables, 0x4000);
    EXPECT_EQ(entry(kPml4, 511), (to_ + 0x3000) | kTable);
    EXPECT_EQ(entry(kTables + 0x3000, 511), (4 * kGiB) | kLarge);
}

TEST_F(PageTableTest, RefuseTablesThatAreReachedTwice) {
    Tables loop = three_levels();
    put(loop[0].second, 8 * 511, 8, kPml4 | kTable);
    EXPECT_EQ(refused(loop, 0x3000), "the page table at 0x8200000 is reached twice");
}

TEST_F(PageTableTest, LeaveTablesOutsideOfTheirRegion) {
    Tables tables = three_levels();
    put(tables[1].second, 8 * 3, 8, 0x5000 | kTable);
    expect_loaded(tables, 0x3000);
    EXPECT_EQ(entry(kPdpt, 3), 0x5000 | kTable);
    put(tables[1].second, 8 * 3, 8, kHome | kTable);
    EXPECT_EQ(refused(tables, 0x3000), "the page table at 0x8000000 lies in another region that moves");
}

TEST_F(PageTableTest, NeedTheirRoot) {
    registers_.cr3 = 0x1000;
    EXPECT_EQ(refused(three_levels(), 0x3000), "CR3 0x1000 does not point into the page table region");
}

TEST_F(PageTableTest, OfEveryVpWithTheSameRootMove) {
    host_.vp_count = 3;
    auto builder = image(three_levels(), 0x3000);
    Addresses other = registers_;
    other.cr3 = 0x1000;
    builder.vp(1, vbs_context(registers_)).vp(2, vbs_context(other)).vp(1, vbs_context(registers_, 0));
    const auto report = load(builder);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(vbs_addresses(memory_.vps[1].context).cr3, to_);
    EXPECT_EQ(vbs_addresses(memory_.vps[1].context).rip, kHome) << "the region names VP 0 alone";
    EXPECT_EQ(vbs_addresses(memory_.vps[2].context).cr3, 0x1000U);
    EXPECT_EQ(vbs_addresses(memory_.vps[3].context).cr3, kPml4) << "another VTL";
}

TEST_F(PageTableTest, OfANativeImageFollowToo) {
    region_.vtl = std::uint8_t{0};
    ImageBuilder builder(PlatformType::kNative);
    builder.add(region_)
        .add(PageTableRelocation{kMask, std::uint16_t{0}, std::uint8_t{0}, std::uint8_t{0}, kTables,
                                 std::uint64_t{0x8000}, std::uint64_t{0x3000}})
        .vp(0, native_context(registers_));
    for (const auto& [gpa, content] : three_levels()) builder.page(gpa, content);
    const auto report = load(builder);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(native_addresses(memory_.vps[0].context).cr3, to_);
    EXPECT_EQ(entry(kPd, 129), to_ | kLarge);
}

TEST_F(PageTableTest, RegionMustBeARangeOfPages) {
    for (const auto& [size, used] : {std::pair{0x8000, 0x9000}, {0x8000, 0x800}, {0x8800, 0x1000}, {0, 0}}) {
        auto builder =
            image(three_levels(), static_cast<std::uint64_t>(used), static_cast<std::uint64_t>(size));
        refuse(builder, Rule::kLoadRelocation);
    }
}

}  // namespace
}  // namespace igvm::test
