#include <gmock/gmock.h>

#include "load_fixture.hpp"

namespace igvm::test {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t kArea = 0x9000;

/// An ACPI table of `size` bytes: signature, length, and 0xA5 behind the header.
Buffer table(std::string_view signature, std::size_t size) {
    Buffer bytes(size, 0xA5);
    std::fill_n(bytes.begin(), 36, std::uint8_t{0});
    std::ranges::copy(signature, bytes.begin());
    put(bytes, 4, 4, size);
    return bytes;
}

class ParameterTest : public LoadTest {
  protected:
    /// Loads one area of a page filled with 0xEE and one parameter at `offset`.
    void load_one(HeaderType type, std::uint32_t offset) {
        ImageBuilder image(PlatformType::kSnp);
        image.area(7, kPageSize, Buffer(kPageSize, 0xEE)).parameter(type, 7, offset).insert(7, kArea);
        const auto report = load(image);
        ASSERT_TRUE(report) << report.error().detail;
    }
    /// The bytes at `offset` are `wanted`, and those around them are the file's.
    void expect(std::uint32_t offset, const Buffer& wanted) const {
        Page page;
        page.fill(0xEE);
        std::ranges::copy(wanted, page.begin() + offset);
        EXPECT_EQ(memory_.pages.at(kArea), page);
    }
};

TEST_F(ParameterTest, WritesTheVpCount) {
    host_.vp_count = 0x0102;
    load_one(HeaderType::kVpCount, 3);
    expect(3, {2, 1, 0, 0});
}

TEST_F(ParameterTest, WritesTheEnvironment) {
    host_.environment = kEnvironmentMemoryIsShared;
    load_one(HeaderType::kEnvironmentInfo, 0xFFC);
    expect(0xFFC, {1, 0, 0, 0});
}

TEST_F(ParameterTest, WritesTheCommandLineWithItsNul) {
    host_.command_line = "a=1";
    load_one(HeaderType::kCommandLine, 0);
    expect(0, {'a', '=', '1', 0});
}

TEST_F(ParameterTest, WritesAnEmptyCommandLineAsOneNul) {
    load_one(HeaderType::kCommandLine, 16);
    expect(16, {0});
}

TEST_F(ParameterTest, WritesMmioRangesAsPages) {
    host_.mmio_ranges = {{0xC0000000, 0x10000000}};
    load_one(HeaderType::kMmioRanges, 8);
    Buffer wanted(32);
    put(wanted, 0, 8, 0xC0000);
    put(wanted, 8, 8, 0x10000);
    expect(8, wanted);
}

TEST_F(ParameterTest, WritesTables) {
    struct Row {
        HeaderType type;
        Bytes HostConfig::*member;
        std::string_view signature;
        std::size_t size;
    };
    for (const Row& row : {Row{HeaderType::kSrat, &HostConfig::srat, "SRAT", 48},
                           Row{HeaderType::kMadt, &HostConfig::madt, "APIC", 60},
                           Row{HeaderType::kSlit, &HostConfig::slit, "SLIT", 45},
                           Row{HeaderType::kPptt, &HostConfig::pptt, "PPTT", 36}}) {
        const Buffer bytes = table(row.signature, row.size);
        host_.*row.member = bytes;
        load_one(row.type, 40);
        expect(40, bytes);
        host_.*row.member = {};
    }
}

TEST_F(ParameterTest, WritesTheDeviceTree) {
    Buffer tree(100, 0x33);
    put(tree, 0, 4, 0xEDFE0DD0);
    host_.device_tree = tree;
    load_one(HeaderType::kDeviceTree, 4096 - 100);
    expect(4096 - 100, tree);
}

TEST_F(ParameterTest, WritesTheMemoryMapSortedWithItsEnd) {
    host_.memory_map = {{{0x100000000, 0x1000}, MemoryType::kHidden}, {{0, 0x80000000}, MemoryType::kMemory}};
    load_one(HeaderType::kMemoryMap, 0x100);
    Buffer wanted(3 * 24);
    put(wanted, 8, 8, 0x80000);
    put(wanted, 24, 8, 0x100000);
    put(wanted, 32, 8, 1);
    put(wanted, 40, 2, 5);
    expect(0x100, wanted);
}

TEST_F(ParameterTest, SplitsTheMemoryMapAtVtl2ProtectableMemory) {
    host_.memory_map = {{{0, 0x10000}, MemoryType::kMemory}, {{0x10000, 0x10000}, MemoryType::kMemory}};
    ImageBuilder image(PlatformType::kVbs);
    image.required(0x8000, 0x4000, kRequiredMemoryVtl2Protectable)
        .required(0xA000, 0x8000, kRequiredMemoryVtl2Protectable)
        .required(0x1F000, 0x1000);
    const auto report = load(image);
    ASSERT_TRUE(report) << report.error().detail;
    using enum MemoryType;
    EXPECT_THAT(report->memory_map, ElementsAre(MemoryMapEntry{{0, 0x8000}, kMemory},
                                                MemoryMapEntry{{0x8000, 0x8000}, kVtl2Protectable},
                                                MemoryMapEntry{{0x10000, 0x2000}, kVtl2Protectable},
                                                MemoryMapEntry{{0x12000, 0xE000}, kMemory}));
}

TEST_F(ParameterTest, LaterParametersWin) {
    host_.vp_count = 0x11223344;
    host_.environment = 0x55667788;
    ImageBuilder image(PlatformType::kSnp);
    image.area(0, kPageSize)
        .parameter(HeaderType::kVpCount, 0, 8)
        .parameter(HeaderType::kEnvironmentInfo, 0, 10)
        .parameter(HeaderType::kVpCount, 0, 6)
        .insert(0, kArea);
    ASSERT_TRUE(load(image));
    EXPECT_EQ(memory_.u64(kArea + 6), 0x5566'7788'1122'3344U);
}

TEST_F(ParameterTest, InsertsAreasOfManyPagesWithoutDataAsZeros) {
    ImageBuilder image(PlatformType::kSnp);
    image.area(0, 3 * kPageSize).parameter(HeaderType::kVpCount, 0, kPageSize - 2).insert(0, kArea);
    ASSERT_TRUE(load(image));
    EXPECT_THAT(memory_.states,
                ElementsAre(SetState{{kArea, 3 * kPageSize},
                                     {.kind = LaunchKind::kParameterPage, .measured = false}}));
    EXPECT_EQ(memory_.pages.at(kArea)[kPageSize - 2], 1);
    EXPECT_EQ(memory_.pages.at(kArea + kPageSize), Page{});
    EXPECT_EQ(memory_.pages.at(kArea + 2 * kPageSize), Page{});
}

TEST_F(ParameterTest, KeepsDataOfEveryPageOfAnArea) {
    Buffer initial(2 * kPageSize, 1);
    std::fill(initial.begin() + kPageSize, initial.end(), std::uint8_t{2});
    ImageBuilder image(PlatformType::kSnp);
    image.area(0, 2 * kPageSize, initial).insert(0, kArea);
    ASSERT_TRUE(load(image));
    EXPECT_EQ(memory_.pages.at(kArea)[kPageSize - 1], 1);
    EXPECT_EQ(memory_.pages.at(kArea + kPageSize)[0], 2);
}

TEST_F(ParameterTest, RefusesAValueThatDoesNotFit) {
    host_.command_line = std::string(100, 'x');
    ImageBuilder image(PlatformType::kSnp);
    image.area(3, kPageSize).parameter(HeaderType::kCommandLine, 3, 0xFA0).insert(3, kArea);
    const Error error = refuse(image, Rule::kLoadParameterSize);
    EXPECT_EQ(error.detail,
              "the host's COMMAND_LINE has 101 bytes, and parameter area 3 has room for 96 from 0xfa0 on");
    EXPECT_EQ(error.offset, 24U + 24U + 24U + 8U + 4U) << "the byte_offset of the parameter";
}

TEST_F(ParameterTest, RefusesAnOffsetBehindTheArea) {
    ImageBuilder image(PlatformType::kSnp);
    image.area(3, kPageSize).parameter(HeaderType::kVpCount, 3, 0xFFFFFFFF).insert(3, kArea);
    refuse(image, Rule::kLoadParameterSize);
}

TEST_F(ParameterTest, RefusesATableThatTheHostHasNot) {
    for (const HeaderType type : {HeaderType::kMadt, HeaderType::kSrat, HeaderType::kDeviceTree}) {
        ImageBuilder image(PlatformType::kSnp);
        image.area(0, kPageSize).parameter(type, 0, 0).insert(0, kArea);
        refuse(image, Rule::kLoadParameterAbsent);
    }
}

TEST_F(ParameterTest, LeavesTheAreaWhereAnOptionalTableIsAbsent) {
    load_one(HeaderType::kSlit, 0);
    expect(0, {});
    load_one(HeaderType::kPptt, 0);
    expect(0, {});
}

TEST_F(ParameterTest, AsksNothingForAnAreaThatIsNotInserted) {
    ImageBuilder image(PlatformType::kSnp);
    image.area(0, kPageSize).parameter(HeaderType::kMadt, 0, 0).insert(0, kArea, 2);
    EXPECT_TRUE(load(image));
    EXPECT_TRUE(memory_.pages.empty());
}

TEST_F(ParameterTest, RefusesAreasThatBreakTheirOrder) {
    ImageBuilder undeclared(PlatformType::kSnp);
    refuse(undeclared.parameter(HeaderType::kVpCount, 0, 0), Rule::kAreaUndeclared);
    ImageBuilder twice(PlatformType::kSnp);
    refuse(twice.area(0, kPageSize).area(0, kPageSize), Rule::kAreaIndex);
    ImageBuilder empty(PlatformType::kSnp);
    refuse(empty.area(0, 0), Rule::kAreaSize);
    ImageBuilder inserted(PlatformType::kSnp);
    refuse(inserted.area(0, kPageSize).insert(0, kArea).insert(0, 2 * kArea), Rule::kAreaInsertedTwice);
    ImageBuilder late(PlatformType::kSnp);
    refuse(late.area(0, kPageSize).insert(0, kArea).parameter(HeaderType::kVpCount, 0, 0),
           Rule::kAreaUsedAfterInsert);
}

class HostTest : public LoadTest {
  protected:
    std::string refused() {
        ImageBuilder image(PlatformType::kSnp);
        return refuse(image, Rule::kLoadHost).detail;
    }
};

TEST_F(HostTest, RefusesMemoryThatOverlaps) {
    host_.memory_map = {{{0x2000, 0x2000}, MemoryType::kMemory}, {{0, 0x3000}, MemoryType::kReserved}};
    EXPECT_EQ(refused(), "the host's memory at 0x2000 overlaps that at 0x0");
}

TEST_F(HostTest, RefusesMemoryThatIsEmptyUnalignedOrTooHigh) {
    for (const GpaRange bad : {GpaRange{0x1000, 0}, GpaRange{0x1001, 0x1000}, GpaRange{0x1000, 0x1001},
                               GpaRange{UINT64_MAX - 0xFFF, 0x2000}, GpaRange{0x1000, UINT64_MAX - 0xFFF}}) {
        host_.memory_map = {{bad, MemoryType::kMemory}};
        refused();
    }
}

TEST_F(HostTest, RefusesNoVps) {
    host_.vp_count = 0;
    EXPECT_EQ(refused(), "the host has 0 VPs");
}

TEST_F(HostTest, RefusesACommandLineThatIsNotAscii) {
    host_.command_line = std::string("a\0b", 3);
    EXPECT_EQ(refused(), "byte 1 of the command line is 0x0, which is no ASCII character");
    host_.command_line = "a\xC3\xA4";
    EXPECT_EQ(refused(), "byte 1 of the command line is 0xc3, which is no ASCII character");
}

TEST_F(HostTest, RefusesTablesThatAreNone) {
    const Buffer madt = table("APIC", 44);
    host_.srat = madt;
    EXPECT_EQ(refused(), "the host's SRAT is no ACPI table with the signature \"SRAT\"");
    host_.srat = {};
    host_.madt = Bytes(madt).first(40);
    EXPECT_EQ(refused(), "the host's MADT has 40 bytes, but its length field says 44");
    host_.madt = Bytes(madt).first(4);
    refused();
    host_.madt = {};
    host_.device_tree = madt;
    EXPECT_EQ(refused(), "the host's device tree does not begin with a device tree header");
}

TEST_F(HostTest, RefusesMmioRangesThatCannotBeTold) {
    host_.mmio_ranges = {{0, 0x1000}, {0x1000, 0x1000}, {0x2000, 0x1000}};
    EXPECT_EQ(refused(), "the host has 3 MMIO ranges; the parameter holds 2");
    host_.mmio_ranges = {{0x800, 0x1000}};
    refused();
}

TEST_F(HostTest, RefusesAPrivateBitThatIsNotOneHighBit) {
    for (const std::uint64_t bad : {std::uint64_t{3} << 50, std::uint64_t{1} << 12, std::uint64_t{1} << 52}) {
        host_.private_bit = bad;
        refused();
    }
}

TEST_F(HostTest, RefusesMoreRelocationBasesThanRegions) {
    host_.relocation_bases = {0};
    EXPECT_EQ(refused(), "1 relocation bases are given; the platform has 0 relocatable regions");
}

}  // namespace
}  // namespace igvm::test
