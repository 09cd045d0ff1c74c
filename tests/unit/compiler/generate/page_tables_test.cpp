// Tables as a CPU reads them: x86-64 through the walk of the runtime, AArch64 through one written down here.
#include "generate/page_tables.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>

#include "x64/paging.hpp"

namespace igvm::spec::generate {
namespace {

constexpr std::uint64_t kAt = 0x1234'5000;
constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kCBit = std::uint64_t{1} << 51;
constexpr std::uint64_t kNoExecute = std::uint64_t{1} << 63;

struct Built {
    std::vector<std::uint8_t> bytes;
    TableOptions options;

    std::optional<Bytes> page(std::uint64_t gpa) const {
        if (gpa < kAt || gpa - kAt >= bytes.size()) return std::nullopt;
        return Bytes(bytes).subspan(gpa - kAt, kPage - (gpa - kAt) % kPage);
    }
    std::uint64_t entry(std::uint64_t table, std::uint64_t index) const {
        return *read<U64>(bytes, table - kAt + index * 8);
    }
};

Built build(const std::vector<Mapping>& mappings, const TableOptions& options) {
    const auto count = count_tables(mappings, options, 1000);
    EXPECT_TRUE(count.has_value());
    return {build_tables(mappings, options, count.value_or(1), kAt), options};
}

struct Found {
    std::uint64_t physical = 0;
    std::uint64_t flags = 0;
    friend bool operator==(const Found&, const Found&) = default;
};

/// Where a CPU with the C-bit at 51 finds an address, and the leaf's flags without those of its size.
std::optional<Found> look_up_x64(const Built& built, std::uint64_t address) {
    const x64::Paging paging{kAt, built.options.levels, kCBit, false};
    const auto found = x64::translate(paging, address, [&](std::uint64_t gpa) { return built.page(gpa); });
    if (!found) return std::nullopt;
    constexpr std::uint64_t kAddressBits = 0x0007'FFFF'FFFF'F000;
    return Found{found->gpa, found->leaf & ~kAddressBits};
}

/// Source: Arm ARM, section D8.3: bits 1:0 are 3 for a table or page, 1 for a block, and bit 0 is clear
/// elsewhere.
std::optional<Found> look_up_arm64(const Built& built, std::uint64_t address) {
    constexpr std::uint64_t kAddressBits = 0x0000'FFFF'FFFF'F000;
    std::uint64_t table = kAt;
    for (unsigned shift = 12 + 9 * (built.options.levels - 1);; shift -= 9) {
        const std::uint64_t entry = built.entry(table, address >> shift & 511);
        if ((entry & 1) == 0) return std::nullopt;
        const bool page = shift == 12;
        EXPECT_TRUE(!page || (entry & 2) != 0) << "a reserved entry of the last level";
        if (page || (entry & 2) == 0) {
            const std::uint64_t inside = address & ((std::uint64_t{1} << shift) - 1);
            EXPECT_EQ(entry & kAddressBits & ((std::uint64_t{1} << shift) - 1), 0U);
            return Found{(entry & kAddressBits) + inside, entry & ~kAddressBits & ~std::uint64_t{2}};
        }
        table = entry & kAddressBits;
    }
}

TableOptions x64_options(unsigned levels, std::uint64_t leaf) {
    return {.format = x64_entries({.c_bit = kCBit}), .levels = levels, .largest_leaf = leaf};
}

/// Mappings apart from one another, some of them large, around the borders of leaves of every size.
std::vector<Mapping> some_mappings(std::mt19937& random, const EntryFormat& format) {
    const auto pages = [&](std::uint64_t most) { return kPage * (1 + random() % most); };
    std::vector<Mapping> mappings;
    std::uint64_t next = 0;
    for (int i = 0; i < 8; ++i) {
        next += pages(3) * (random() % 2 ? 1 : 511);
        const std::uint64_t end = next + pages(4) * (random() % 2 ? 1 : 300);
        const std::uint64_t physical = random() % 2 ? next : next + pages(1000);
        mappings.push_back({next, end, physical, *format.flags(random() % 2 ? "rw" : "rx")});
        next = end;
    }
    return mappings;
}

/// The flags of a leaf whatever its size: PS is the PAT bit of the last level, and never set there.
std::uint64_t without_size(std::uint64_t flags) { return flags & ~std::uint64_t{0x80}; }

TEST(PageTables, TranslateEveryPageOfEveryMappingAndNoOther) {
    std::mt19937 random(1);
    for (int round = 0; round < 40; ++round) {
        const TableOptions options = x64_options(round % 2 ? 4 : 5, round % 3 ? 512 * kPage : kPage);
        const auto mappings = some_mappings(random, options.format);
        const Built built = build(mappings, options);
        std::uint64_t address = 0;
        for (const Mapping& mapping : mappings) {
            for (; address < mapping.begin; address += kPage)
                ASSERT_EQ(look_up_x64(built, address), std::nullopt) << std::hex << address;
            for (; address < mapping.end; address += kPage) {
                const auto found = look_up_x64(built, address + 5);
                ASSERT_TRUE(found) << std::hex << address;
                ASSERT_EQ(found->physical, mapping.physical + (address - mapping.begin) + 5);
                ASSERT_EQ(without_size(found->flags), mapping.flags);
            }
        }
        ASSERT_EQ(look_up_x64(built, address), std::nullopt);
    }
}

TEST(PageTables, TranslateForArmAsWell) {
    std::mt19937 random(2);
    for (int round = 0; round < 20; ++round) {
        const TableOptions options{
            .format = arm64_entries(0, 1), .levels = round % 2 ? 4U : 3U, .largest_leaf = 512 * kPage};
        const auto mappings = some_mappings(random, options.format);
        const Built built = build(mappings, options);
        std::uint64_t address = 0;
        for (const Mapping& mapping : mappings) {
            for (; address < mapping.begin; address += kPage)
                ASSERT_EQ(look_up_arm64(built, address), std::nullopt) << std::hex << address;
            for (; address < mapping.end; address += kPage) {
                const Found wanted{mapping.physical + (address - mapping.begin) + 5, mapping.flags};
                ASSERT_EQ(look_up_arm64(built, address + 5), wanted) << std::hex << address;
            }
        }
    }
}

TEST(PageTables, HaveOneTableALevelAndLeafsNoLargerThanAsked) {
    const auto count = [](std::uint64_t size, unsigned levels, std::uint64_t leaf) {
        const Mapping whole{0, size, 0, x64_entries({}).flags("rwx").value()};
        return count_tables(std::vector{whole}, x64_options(levels, leaf), 1'000'000);
    };
    constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
    EXPECT_EQ(count(4 * kGiB, 4, kGiB), 2U);
    EXPECT_EQ(count(4 * kGiB, 5, kGiB), 3U);
    EXPECT_EQ(count(4 * kGiB, 4, 512 * kPage), 2U + 4);
    EXPECT_EQ(count(4 * kGiB, 4, kPage), 2U + 4 + 4 * 512);
    EXPECT_EQ(count(0, 4, kPage), 1U);
}

TEST(PageTables, StopCountingAtTheLimit) {
    const Mapping whole{0, std::uint64_t{1} << 52, 0, x64_entries({}).flags("rwx").value()};
    EXPECT_EQ(count_tables(std::vector{whole}, x64_options(5, kPage), 1000), std::nullopt);
}

TEST(PageTables, UserBitIsInTheTablesThatLeadToAUserLeaf) {
    constexpr std::uint64_t kUser = 4;
    const auto root_entry = [&](std::string_view letters) {
        const TableOptions options = x64_options(4, kPage);
        return build({{0, kPage, 0, *options.format.flags(letters)}}, options).entry(kAt, 0);
    };
    EXPECT_EQ(root_entry("r") & kUser, 0U);
    EXPECT_EQ(root_entry("ru") & kUser, kUser);
}

TEST(EntryFormat, GivesTheBitsOfLetters) {
    const EntryFormat format = x64_entries({.c_bit = kCBit});
    EXPECT_EQ(format.flags("rwx"), 0x63 | kCBit);
    EXPECT_EQ(format.flags("r"), 0x61 | kCBit | kNoExecute);
    EXPECT_EQ(format.flags("xrs"), 0x61U);
    EXPECT_EQ(format.flags("rgu"), 0x165 | kCBit | kNoExecute);
    EXPECT_EQ(format.flags(""), 0U);
    EXPECT_EQ(format.flags("w"), std::nullopt);
    EXPECT_EQ(format.flags("rr"), std::nullopt);
    EXPECT_EQ(format.flags("rz"), std::nullopt);
}

TEST(EntryFormat, TakesFlagsAsBitsButNoAddressAndNoHole) {
    const EntryFormat format = x64_entries({.c_bit = kCBit});
    EXPECT_EQ(format.flags(kNoExecute | 0x121), 0x121 | kCBit | kNoExecute);
    EXPECT_EQ(format.flags(std::uint64_t{0x1121}), std::nullopt);
    EXPECT_EQ(format.flags(std::uint64_t{0x120}), std::nullopt);
    EXPECT_EQ(format.flags(kCBit | 1), std::nullopt);
    EXPECT_EQ(format.flags(std::uint64_t{0x83}), std::nullopt);
    EXPECT_EQ(arm64_entries(0, 1).flags(std::uint64_t{0x703}), std::nullopt);
    EXPECT_EQ(arm64_entries(0, 1).flags(std::uint64_t{0x701}), 0x701U);
}

TEST(BuildTables, TheSelfMapIsNotForUsersThoughALeafIs) {
    const TableOptions options{
        .format = x64_entries({}), .levels = 4, .largest_leaf = 2 << 20, .self_map = std::uint64_t{511}};
    const std::vector<Mapping> mappings{{0, 2 << 20, 0, options.format.flags("rwu").value()}};
    const auto tables = build_tables(mappings, options, 3, 0x100000);
    EXPECT_EQ(tables[0], 0x27);
    EXPECT_EQ(tables[511 * sizeof(U64)], 0x23);
}

TEST(EntryFormat, ASharedBitMarksSharedLeavesAlone) {
    const EntryFormat format = x64_entries({.shared_bit = std::uint64_t{1} << 47});
    EXPECT_EQ(format.flags("rwx"), 0x63U);
    EXPECT_EQ(format.flags("rws"), 0x63U | kNoExecute | std::uint64_t{1} << 47);
    EXPECT_EQ(format.table, 0x23U);
}

TEST(EntryFormat, OfArmHasIndicesShareabilityAndTheAccessFlag) {
    const EntryFormat format = arm64_entries(2, 5);
    constexpr std::uint64_t kNever = std::uint64_t{3} << 53;
    EXPECT_EQ(format.flags("rwx"), 0x701U | 2 << 2);
    EXPECT_EQ(format.flags("r"), 0x781U | 2 << 2 | kNever);
    EXPECT_EQ(format.flags("rwd"), 0x401U | 5 << 2 | kNever);
    EXPECT_EQ(format.flags("rwxu"), 0x741U | 2 << 2);
}

TEST(ReplaceParts, CutsThePartsOutAndKeepsThoseOutside) {
    const auto shape = [](const std::vector<Mapping>& mappings) {
        std::vector<std::array<std::uint64_t, 4>> rows;
        for (const Mapping& each : mappings)
            rows.push_back({each.begin, each.end, each.physical, each.flags});
        return rows;
    };
    using Rows = std::vector<std::array<std::uint64_t, 4>>;
    const Mapping whole{10, 20, 10, 1};
    EXPECT_EQ(shape(replace_parts(whole, {})), (Rows{{10, 20, 10, 1}}));
    EXPECT_EQ(shape(replace_parts(whole, std::vector<Mapping>{{12, 14, 12, 2}, {15, 16, 15, 0}})),
              (Rows{{10, 12, 10, 1}, {12, 14, 12, 2}, {14, 15, 14, 1}, {16, 20, 16, 1}}));
    EXPECT_EQ(shape(replace_parts(whole, std::vector<Mapping>{{5, 11, 5, 2}, {18, 30, 0, 3}})),
              (Rows{{5, 11, 5, 2}, {11, 18, 11, 1}, {18, 30, 0, 3}}));
    EXPECT_EQ(shape(replace_parts(whole, std::vector<Mapping>{{1, 2, 1, 2}, {40, 50, 40, 2}})),
              (Rows{{1, 2, 1, 2}, {10, 20, 10, 1}, {40, 50, 40, 2}}));
}

}  // namespace
}  // namespace igvm::spec::generate
