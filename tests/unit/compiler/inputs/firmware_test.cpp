#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "firmware.hpp"
#include "inputs/ovmf.hpp"

namespace igvm::spec::ovmf {
namespace {

using test::descriptor_head;
using test::firmware;
using test::sev_firmware;

constexpr std::string_view kOther = "00f771de-1a7e-4fcb-890e-68c77e2fb44e";

TEST(Ovmf, FindsTheDataOfATableEntry) {
    const auto image = firmware({}, {{kOther, {1, 2, 3, 4}}, {test::kSevGuid, {9}}});
    const auto data = table_entry(image, *parse_guid(kOther));
    ASSERT_TRUE(data);
    EXPECT_THAT(*data, testing::ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(*table_entry(image, *parse_guid(test::kSevGuid)), testing::ElementsAre(9));
}

TEST(Ovmf, SaysThatThereIsNoTable) {
    const std::vector<std::uint8_t> zeros(4096);
    const auto data = table_entry(zeros, *parse_guid(kOther));
    ASSERT_FALSE(data);
    EXPECT_EQ(data.error().code, Code::kOvmfTableMissing);
    EXPECT_EQ(data.error().offset, 4096u - 50);
    EXPECT_EQ(table_entry({}, *parse_guid(kOther)).error().code, Code::kOvmfTableMissing);
}

TEST(Ovmf, SaysThatAnEntryIsMissing) {
    const auto image = firmware({}, {{kOther, {1}}});
    EXPECT_EQ(table_entry(image, *parse_guid(test::kTdxGuid)).error().code, Code::kOvmfSectionMissing);
    EXPECT_EQ(sev_sections(image).error().detail,
              "the firmware has no SEV metadata (table entry dc886566-984a-4798-a75e-5585a7bf67cc)");
    EXPECT_EQ(tdx_sections(image).error().detail,
              "the firmware has no TDX metadata (table entry e47a6535-984a-4798-865e-4685a7bf8ec2)");
}

TEST(Ovmf, RefusesAnEntryThatLeavesItsTable) {
    auto image = firmware({}, {{kOther, {1, 2, 3, 4}}});
    image[4] = 23;
    const auto data = table_entry(image, *parse_guid(test::kSevGuid));
    EXPECT_EQ(data.error().code, Code::kOvmfMalformed);
    EXPECT_EQ(data.error().offset, 4u);
    image[4] = 0;
    EXPECT_EQ(table_entry(image, *parse_guid(kOther)).error().code, Code::kOvmfMalformed);
    image[4] = 21;
    EXPECT_EQ(table_entry(image, *parse_guid(test::kSevGuid)).error().offset, 0u);
}

TEST(Ovmf, RefusesATableLargerThanTheImage) {
    auto image = firmware({}, {});
    image[0] = 19;
    const auto data = table_entry(image, *parse_guid(kOther));
    EXPECT_EQ(data.error().code, Code::kOvmfMalformed);
    EXPECT_EQ(data.error().detail, "the GUID-ed table has a length of 19 bytes, which is outside 18..18");
}

TEST(Ovmf, ReadsSevSections) {
    const auto image = sev_firmware({{0x1000, 0x2000, 1}, {0x3000, 0x1000, 2}, {0x4000, 0x1000, 3}});
    const auto sections = sev_sections(image);
    ASSERT_TRUE(sections) << sections.error().detail;
    ASSERT_EQ(sections->size(), 3u);
    EXPECT_EQ((*sections)[0].size, 0x2000u);
    EXPECT_EQ(sev_section(image, SevSectionType::kSecrets)->gpa, 0x3000u);
    EXPECT_EQ(sev_section(image, SevSectionType::kCpuid)->gpa, 0x4000u);
    EXPECT_EQ(sev_section(image, SevSectionType::kKernelHashes).error().code, Code::kOvmfSectionMissing);
}

TEST(Ovmf, RefusesTwoSecretsPages) {
    const auto image = sev_firmware({{0x1000, 0x1000, 2}, {0x3000, 0x1000, 2}});
    EXPECT_EQ(sev_section(image, SevSectionType::kSecrets).error().code, Code::kOvmfMalformed);
}

TEST(Ovmf, RefusesSevMetadataThatIsCutOrMislabelled) {
    auto image = sev_firmware({{0x1000, 0x1000, 2}});
    auto changed = image;
    changed[0] = 'B';
    EXPECT_EQ(sev_sections(changed).error().detail, "the SEV metadata does not begin with \"ASEV\"");
    changed = image;
    changed[15] = 0xff;
    EXPECT_THAT(sev_sections(changed).error().detail, testing::HasSubstr("run past the end of the image"));
    changed = image;
    changed[4] = 11;
    EXPECT_THAT(sev_sections(changed).error().detail, testing::HasSubstr("too small for its 1 sections"));
    changed = image;
    changed[31] = 0xff;
    EXPECT_THAT(sev_sections(changed).error().detail, testing::HasSubstr("before the end of an image of"));
    EXPECT_EQ(sev_sections(changed).error().offset, 28u);
}

TEST(Ovmf, ReadsIgvmSectionsAndTheResetVector) {
    auto body = descriptor_head("IGVM", 28, 1);
    for (const std::uint32_t value : {0x810000u, 0x1000u, 0x100u}) test::append(body, value, 4);
    const auto image = firmware(
        body, {{test::kIgvmGuid, {28 + 22 + 22 + 18 + 32, 0, 0, 0}}, {kOther, {0x04, 0xb0, 0x80, 0x00}}});
    const auto sections = igvm_sections(image);
    ASSERT_TRUE(sections) << sections.error().detail;
    ASSERT_EQ(sections->size(), 1u);
    EXPECT_EQ((*sections)[0].gpa, 0x810000u);
    EXPECT_EQ((*sections)[0].type, static_cast<std::uint32_t>(IgvmSectionType::kParameterArea));
    EXPECT_EQ(ap_reset_vector(image), 0x80b004u);
    EXPECT_EQ(ap_reset_vector(firmware({}, {{kOther, {1, 2, 3}}})).error().detail,
              "the SEV-ES reset block holds 3 bytes, not 4");
}

/// An image with TDX metadata at 8 that no table names.
test::FirmwareBytes old_tdx_firmware() {
    test::FirmwareBytes image(8);
    const auto head = descriptor_head("TDVF", 16 + 32, 1);
    image.insert(image.end(), head.begin(), head.end());
    test::append(image, 0x100, 4);
    test::append(image, 0x1000, 4);
    test::append(image, 0xfffff000, 8);
    test::append(image, 0x2000, 8);
    test::append(image, 0, 4);
    test::append(image, 1, 4);
    image.resize(0x100);
    test::append(image, 8, 4);
    image.resize(0x100 + 32);
    return image;
}

TEST(Ovmf, ReadsTdxSectionsOfFirmwareWithoutATable) {
    const auto sections = tdx_sections(old_tdx_firmware());
    ASSERT_TRUE(sections) << sections.error().detail;
    ASSERT_EQ(sections->size(), 1u);
    EXPECT_EQ((*sections)[0].data_offset, 0x100u);
    EXPECT_EQ((*sections)[0].gpa, 0xfffff000u);
    EXPECT_EQ((*sections)[0].size, 0x2000u);
    EXPECT_EQ((*sections)[0].attributes, 1u);
}

TEST(Ovmf, SaysWhatTheTableLacksWhereTheOlderOffsetLeadsToNothing) {
    auto image = old_tdx_firmware();
    image[8] = 'X';
    EXPECT_EQ(tdx_sections(image).error().code, Code::kOvmfTableMissing);
    image = old_tdx_firmware();
    image[0x100 + 3] = 0xff;
    EXPECT_EQ(tdx_sections(image).error().code, Code::kOvmfTableMissing);
    image = old_tdx_firmware();
    image[8 + 12] = 0xff;
    EXPECT_THAT(tdx_sections(image).error().detail, testing::HasSubstr("run past the end of the image"));
    EXPECT_EQ(tdx_sections(image).error().offset, 8u);
    for (std::size_t size = 0; size < 64; ++size)
        EXPECT_FALSE(tdx_sections(std::vector<std::uint8_t>(size))) << size;
}

TEST(Ovmf, ReadsDebianCodeAloneAndBehindItsVariables) {
    const auto read_all = [](const char* path) {
        std::ifstream file(path, std::ios::binary);
        return std::vector<std::uint8_t>{std::istreambuf_iterator<char>(file), {}};
    };
    const auto code = read_all("/usr/share/OVMF/OVMF_CODE.fd");
    auto whole = read_all("/usr/share/OVMF/OVMF_VARS.fd");
    if (code.empty() || whole.empty()) GTEST_SKIP() << "package ovmf is not installed";
    whole.insert(whole.end(), code.begin(), code.end());
    for (const auto& image : {code, whole}) {
        const auto sections = sev_sections(image);
        ASSERT_TRUE(sections) << sections.error().detail;
        EXPECT_EQ(sections->size(), 5u);
        EXPECT_EQ(ap_reset_vector(image), 0x80b004u);
        EXPECT_EQ(tdx_sections(image)->at(0).raw_size, 0x1e0000u);
    }
    const auto other = read_all("/usr/share/OVMF/OVMF_CODE_4M.fd");
    EXPECT_EQ(ap_reset_vector(other), 0x808004u);
    EXPECT_EQ(sev_sections(other).error().code, Code::kOvmfSectionMissing);
}

TEST(Ovmf, NeverReadsOutsideACutImage) {
    const auto image = sev_firmware({{0x1000, 0x1000, 2}});
    for (std::size_t size = 0; size < image.size(); ++size) {
        const std::vector<std::uint8_t> tail(image.end() - static_cast<std::ptrdiff_t>(size), image.end());
        EXPECT_FALSE(sev_sections(tail)) << size;
    }
}

TEST(Ovmf, ReadsDebianFirmware) {
    std::ifstream file("/usr/share/ovmf/OVMF.fd", std::ios::binary);
    if (!file) GTEST_SKIP() << "package ovmf is not installed";
    const std::vector<std::uint8_t> image{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(table_entry(image, *parse_guid(kOther))->size(), 4u);
    EXPECT_EQ(sev_section(image, SevSectionType::kSecrets)->gpa, 0x80d000u);
    EXPECT_EQ(sev_section(image, SevSectionType::kSecrets)->size, 0x1000u);
    EXPECT_EQ(sev_section(image, SevSectionType::kCpuid)->gpa, 0x80e000u);
    EXPECT_EQ(sev_sections(image)->size(), 5u);
    const auto tdx = tdx_sections(image);
    ASSERT_TRUE(tdx) << tdx.error().detail;
    ASSERT_EQ(tdx->size(), 6u);
    EXPECT_EQ((*tdx)[0].gpa, 0xffe20000u);
    EXPECT_EQ((*tdx)[0].raw_size, 0x1e0000u);
    EXPECT_EQ((*tdx)[0].attributes, 1u);
}

}  // namespace
}  // namespace igvm::spec::ovmf
