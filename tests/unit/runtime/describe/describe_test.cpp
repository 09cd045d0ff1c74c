#include "igvm/describe.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <set>

namespace igvm {
namespace {

TEST(HeaderTable, HasTheTwentyFiveTypesOfTheFormatInAscendingOrder) {
    EXPECT_EQ(header_table().size(), 25u);
    std::uint32_t before = 0;
    for (const HeaderInfo& row : header_table()) {
        EXPECT_LT(before, static_cast<std::uint32_t>(row.type)) << row.name;
        before = static_cast<std::uint32_t>(row.type);
    }
}

TEST(HeaderTable, FieldsCoverEveryBodyWithoutGapOrOverlap) {
    for (const HeaderInfo& row : header_table()) {
        std::uint32_t end = 0;
        for (const FieldInfo& field : row.fields) {
            EXPECT_EQ(field.offset, end) << row.name << "." << field.name;
            end = field.offset + field.width;
        }
        EXPECT_EQ(end, row.length) << row.name;
    }
}

TEST(HeaderTable, IntegerFieldsHaveAnIntegerWidth) {
    const auto opaque = [](const FieldInfo& field) {
        return field.kind == FieldKind::kBytes || field.kind == FieldKind::kReserved;
    };
    for (const HeaderInfo& row : header_table())
        for (const FieldInfo& field : row.fields)
            EXPECT_TRUE(opaque(field) || (std::has_single_bit(field.width) && field.width <= 8))
                << row.name << "." << field.name;
}

TEST(HeaderTable, EveryRowIsInTheSectionOfItsTypeNumber) {
    for (const HeaderInfo& row : header_table())
        EXPECT_EQ(section_of(static_cast<std::uint32_t>(row.type)), row.section) << row.name;
}

TEST(HeaderTable, TenHeadersAreParameters) {
    const auto is_parameter = [](const HeaderInfo& row) { return row.parameter_size != 0; };
    EXPECT_EQ(std::ranges::count_if(header_table(), is_parameter), 10);
}

TEST(HeaderTable, NamesEachFieldAndValueOnce) {
    for (const HeaderInfo& row : header_table()) {
        std::set<std::string_view> names;
        for (const FieldInfo& field : row.fields) {
            EXPECT_TRUE(names.insert(field.name).second) << row.name << "." << field.name;
            EXPECT_EQ(field.names.empty(), field.kind != FieldKind::kEnum && field.kind != FieldKind::kFlags)
                << row.name << "." << field.name;
        }
    }
}

TEST(FindHeader, FindsEveryRowAndNothingElse) {
    for (const HeaderInfo& row : header_table())
        EXPECT_EQ(find_header(static_cast<std::uint32_t>(row.type)), &row);
    for (const std::uint32_t type : {0u, 2u, 0x306u, 0x314u, 0x80000302u, 0xFFFFFFFFu})
        EXPECT_EQ(find_header(type), nullptr) << type;
}

TEST(HeaderInfo, FindsFieldsByKindAndByName) {
    const HeaderInfo& page = *find_header(0x302);
    EXPECT_EQ(page.field(FieldKind::kGpa)->offset, 0);
    EXPECT_EQ(page.field(FieldKind::kFileOffset)->offset, 12);
    EXPECT_EQ(page.field("data_type")->width, 2);
    EXPECT_EQ(page.field(FieldKind::kAreaIndex), nullptr);
    EXPECT_EQ(page.field("absent"), nullptr);
}

TEST(HeaderInfo, NamesInnerFieldsWithTheirStruct) {
    const FieldInfo& field = *find_header(0x30B)->field("author_public_key.qy");
    EXPECT_EQ(field.offset, 696 - 72);
    EXPECT_EQ(field.width, 72);
}

TEST(SectionOf, KnowsTheEdgesOfTheRanges) {
    EXPECT_EQ(section_of(0), std::nullopt);
    EXPECT_EQ(section_of(0x100), Section::kPlatform);
    EXPECT_EQ(section_of(0x101), Section::kInitialization);
    EXPECT_EQ(section_of(0x200), Section::kInitialization);
    EXPECT_EQ(section_of(0x201), std::nullopt);
    EXPECT_EQ(section_of(0x300), std::nullopt);
    EXPECT_EQ(section_of(0x400), Section::kDirective);
    EXPECT_EQ(section_of(0x401), std::nullopt);
}

TEST(PlatformTable, FindsByNumberAndByName) {
    EXPECT_EQ(find_platform(std::uint8_t{2})->name, "snp");
    EXPECT_EQ(find_platform("sev_es")->type, PlatformType::kSevEs);
    EXPECT_EQ(find_platform("cca")->architecture, Architecture::kAArch64);
    EXPECT_TRUE(find_platform("vbs")->any_architecture);
    EXPECT_EQ(find_platform(std::uint8_t{7}), nullptr);
    EXPECT_EQ(find_platform("SNP"), nullptr);
}

TEST(PlatformTable, NamesPlatformsForMessages) {
    EXPECT_EQ(platform_text(5), "platform sev_es");
    EXPECT_EQ(platform_text(7), "platform type 7");
}

TEST(FixedHeaderFields, VersionTwoAppendsTwoFields) {
    EXPECT_EQ(fixed_header_fields(1).size(), 6u);
    const auto fields = fixed_header_fields(2);
    ASSERT_EQ(fields.size(), 8u);
    EXPECT_EQ(fields[6].name, "architecture");
    EXPECT_EQ(fields[6].offset, 24);
    EXPECT_EQ(fields[7].offset, 28);
}

TEST(FieldValue, ReadsEveryWidthLittleEndian) {
    const std::uint8_t body[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09};
    const auto value = [&](std::uint16_t width) {
        return field_value(body, {.name = "", .offset = 1, .width = width, .kind = FieldKind::kUint});
    };
    EXPECT_EQ(value(1), 0x02u);
    EXPECT_EQ(value(2), 0x0302u);
    EXPECT_EQ(value(4), 0x05040302u);
    EXPECT_EQ(value(8), 0x0908070605040302u);
}

}  // namespace
}  // namespace igvm
