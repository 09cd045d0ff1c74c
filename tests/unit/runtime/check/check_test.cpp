#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "cases.hpp"
#include "igvm/file.hpp"
#include "igvm/x64.hpp"

namespace igvm::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Most of these files are pieces of guests, so what the guest state chapter says is left out.
std::vector<Rule> rules_of(const CheckReport& report) {
    std::vector<Rule> rules;
    for (const Finding& finding : report.findings)
        if (rule_info(finding.rule).id[5] != 'G') rules.push_back(finding.rule);
    return rules;
}

/// Options that switch the guest state chapter off.
CheckOptions format_only() {
    CheckOptions options;
    for (const RuleInfo& info : all_rules())
        if (info.id[5] == 'G') options.severities.push_back({info.rule, std::nullopt});
    return options;
}

std::vector<Rule> rules_of(const RawImage& image) { return rules_of(check_file(image.build())); }

RawImage two_platforms() {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(platform(PlatformType::kTdx, 2));
    return image;
}

TEST(Overlap, PagesUnderDifferentMasksMayShareAGpa) {
    RawImage image = two_platforms();
    image.add(page(0x1000, 1));
    image.add(page(0x1000, 2));
    EXPECT_THAT(rules_of(image), IsEmpty());
}

TEST(Overlap, OneSharedMaskBitIsEnough) {
    RawImage image = two_platforms();
    image.add(page(0x1000, 3));
    image.add(page(0x1000, 2));
    EXPECT_THAT(rules_of(image), ElementsAre(Rule::kGpaOverlap));
}

TEST(Overlap, PageInsideAnInsertedAreaIsFound) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(ParameterArea{4 * kPageSize, 0, 0});
    image.add(ParameterInsert{0x10000, 1, 0});
    const std::uint64_t inside = image.add(page(0x13000));
    image.add(page(0x14000));
    const CheckReport report = check_file(image.build());
    ASSERT_THAT(rules_of(report), ElementsAre(Rule::kGpaOverlap));
    EXPECT_EQ(report.findings[0].offset, inside - sizeof(VariableHeader));
}

TEST(Overlap, PageInsideALargePageIsFound) {
    RawImage image = image_for(PlatformType::kSnp);
    PageData large = page(kLargePageSize);
    large.flags = kPageFlag2Mb;
    image.add(page(2 * kLargePageSize - kPageSize));
    image.add(large);
    image.add(page(2 * kLargePageSize));
    EXPECT_THAT(rules_of(image), ElementsAre(Rule::kGpaOverlap));
}

TEST(Overlap, EndOfTheAddressSpaceDoesNotWrap) {
    constexpr std::uint64_t kLastPage = 0xFFFFFFFFFFFFF000;
    RawImage image = image_for(PlatformType::kSnp);
    image.add(ParameterArea{std::numeric_limits<std::uint64_t>::max() - 0xFFF, 0, 0});
    image.add(page(0x0));
    image.add(page(kLastPage));
    EXPECT_THAT(rules_of(image), IsEmpty());
    image.add(ParameterInsert{0x1000, 1, 0});
    EXPECT_THAT(rules_of(image), ElementsAre(Rule::kGpaOverlap));
}

TEST(Overlap, AnErrorRangeAndAVmsaAreGuestMemory) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(page(0x1000));
    image.add(ErrorRange{0x0, 1, 0x2000});
    EXPECT_THAT(rules_of(image), ElementsAre(Rule::kGpaOverlap));
    RawImage vmsa = image_for(PlatformType::kSnp);
    vmsa.add(VpContext{0x1000, 1, 0, 0, 0});
    vmsa.add(page(0x1000));
    EXPECT_THAT(rules_of(vmsa), ElementsAre(Rule::kGpaOverlap));
}

TEST(Overlap, ContextsMayShareTheirPage) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(VpContext{0xFFFFFFFFF000, 1, 0, 0, 0});
    image.add(VpContext{0xFFFFFFFFF000, 1, 0, 1, 0});
    EXPECT_THAT(rules_of(image), IsEmpty());
}

TEST(RequiredMemory, IsCountedForEachPlatformAlone) {
    RawImage image = two_platforms();
    image.add(RequiredMemory{0x1000, 2, 0x2000, 0, 0});
    image.add(page(0x1000, 3));
    image.add(page(0x8000, 1));
    EXPECT_THAT(rules_of(image), IsEmpty());
    image.add(page(0x9000, 2));
    image.add(page(0x8000, 2));
    const CheckReport report = check_file(image.build());
    ASSERT_THAT(rules_of(report), ElementsAre(Rule::kPageOutsideRequiredMemory));
    EXPECT_EQ(report.findings[0].detail,
              "mask 0x2 has 2 pages and areas outside its required memory, the first at GPA 0x8000");
}

TEST(Severities, CanBeChangedRuleByRule) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(page(0x1000));
    image.add(page(0x1000));
    image.add(0x306 | kOptionalBit, Buffer(8));
    const Buffer file = image.build();
    EXPECT_TRUE(check_file(file).has_errors());
    const CheckReport warned = check_file(file, {.severities = {{Rule::kGpaOverlap, Severity::kWarning}}});
    EXPECT_THAT(rules_of(warned), ElementsAre(Rule::kFileUnknownOptionalType, Rule::kGpaOverlap));
    EXPECT_FALSE(warned.has_errors());
    const CheckReport silent =
        check_file(file, {.severities = {{Rule::kGpaOverlap, Severity::kWarning},
                                         {Rule::kGpaOverlap, std::nullopt},
                                         {Rule::kFileUnknownOptionalType, Severity::kError}}});
    EXPECT_THAT(rules_of(silent), ElementsAre(Rule::kFileUnknownOptionalType));
    EXPECT_TRUE(silent.has_errors());
    EXPECT_EQ(silent.suppressed, 0u);
}

TEST(Severities, WhatKeepsAFileFromBeingOpenedStaysAnError) {
    EXPECT_FALSE(is_adjustable(Rule::kFileMagic));
    EXPECT_FALSE(is_adjustable(Rule::kInternal));
    EXPECT_TRUE(is_adjustable(Rule::kFileChecksum));
    EXPECT_TRUE(check_file(Buffer(64), {.severities = {{Rule::kFileMagic, std::nullopt}}}).has_errors());
}

TEST(Parameters, GreatestByteOffsetDoesNotOverflow) {
    for (const std::uint64_t size : {std::uint64_t{kPageSize}, std::uint64_t{1} << 32}) {
        RawImage image = image_for(PlatformType::kSnp);
        image.add(ParameterArea{size, 0, 0});
        image.add(HeaderType::kVpCount, Parameter{0, 0xFFFFFFFF});
        EXPECT_THAT(rules_of(image), ElementsAre(Rule::kParameterOutsideArea)) << size;
    }
}

std::vector<Rule> vbs_rules(const std::vector<x64::VbsRegister>& registers, std::uint32_t count) {
    Buffer blob(sizeof(U32) + registers.size() * sizeof(x64::VbsRegister));
    poke(blob, 0, U32{count});
    for (std::size_t i = 0; i < registers.size(); ++i)
        poke(blob, sizeof(U32) + i * sizeof(x64::VbsRegister), registers[i]);
    RawImage image = image_for(PlatformType::kVbs);
    image.add(VpContext{0, 1, image.payload(blob), 0, 0});
    return rules_of(image);
}

TEST(VbsContext, HoldsOneToAllRegistersOfOneVtl) {
    const std::uint32_t rip = x64::find_register("rip")->vbs;
    const auto all = static_cast<std::uint32_t>(x64::register_table().size());
    const auto repeat = [&](std::uint32_t count) {
        return std::vector<x64::VbsRegister>(count, x64::VbsRegister{0, rip, {}, {}});
    };
    EXPECT_THAT(vbs_rules(repeat(all), all), IsEmpty());
    EXPECT_THAT(vbs_rules(repeat(all + 1), all + 1), ElementsAre(Rule::kVbsRegisters));
    EXPECT_THAT(vbs_rules({}, 0), ElementsAre(Rule::kVbsRegisters));
    EXPECT_THAT(vbs_rules({{0, rip, {}, {}}, {2, rip, {}, {}}}, 2), ElementsAre(Rule::kVbsRegisters));
    EXPECT_THAT(vbs_rules({{3, rip, {}, {}}}, 1), ElementsAre(Rule::kVbsRegisters));
    EXPECT_THAT(vbs_rules(repeat(1), 0xFFFFFFFF), ElementsAre(Rule::kFileDataOffset));
}

TEST(VbsContext, RegisterNamesOfAArch64AreNotJudgedAsThoseOfX64) {
    constexpr std::uint32_t kPc = 0x20022;  // HvArm64RegisterPc
    Buffer blob(sizeof(U32) + sizeof(x64::VbsRegister));
    poke(blob, 0, U32{1});
    poke(blob, sizeof(U32), x64::VbsRegister{0, kPc, {}, {}});
    RawImage image(2, Architecture::kAArch64);
    image.add(platform(PlatformType::kVbs));
    image.add(VpContext{0, 1, image.payload(blob), 0, 0});
    EXPECT_THAT(rules_of(image), IsEmpty());
}

TEST(Report, KeepsTheFirstFindingsOfEachRuleAndCountsTheRest) {
    RawImage image = image_for(PlatformType::kSnp);
    for (std::uint64_t i = 0; i < 30; ++i) image.add(page(0x1000 * i, 4));
    for (std::uint64_t i = 0; i < 3; ++i) image.add(page(0x100000 * (i + 1) + 1));
    const Buffer file = image.build();
    CheckOptions options = format_only();
    EXPECT_EQ(check_file(file, options).suppressed, 10u);
    options.max_per_rule = 5;
    const CheckReport report = check_file(file, options);
    EXPECT_EQ(report.findings.size(), 8u);
    EXPECT_EQ(report.suppressed, 25u);
    options.max_per_rule = 0;
    EXPECT_EQ(check_file(file, options).suppressed, 33u);
}

TEST(Report, OrdersByChapterThenByOffset) {
    RawImage image;
    SupportedPlatform snp = platform(PlatformType::kSnp);
    snp.platform_version = 9;
    image.add(snp);
    image.add(GuestPolicy{0, 1, 0});
    image.add(page(0x2001));
    image.add(page(0x2001, 8));
    image.add(0x306, Buffer(8));
    const CheckReport report = check_file(image.build());
    EXPECT_THAT(rules_of(report),
                ElementsAre(Rule::kFileUnknownType, Rule::kPlatformVersion, Rule::kPolicySnpBit,
                            Rule::kPageAlignment, Rule::kPageAlignment, Rule::kMaskUnknown));
}

TEST(Report, WarningsAndNotesAreNoErrors) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(0x306 | kOptionalBit, Buffer(8));
    const CheckReport report = check_file(image.build());
    EXPECT_THAT(rules_of(report), ElementsAre(Rule::kFileUnknownOptionalType));
    EXPECT_FALSE(report.has_errors());
}

CheckReport check_vector(const std::string& name) {
    const auto file = MappedFile::open(std::filesystem::path(IGVM_TEST_VECTORS) / "own/image" / name);
    EXPECT_TRUE(file.has_value()) << name;
    return check_file(file->bytes());
}

TEST(Vectors, GoodImagesAreClean) {
    for (const char* name : {"cca_sha256.igvm", "crate_snp.igvm", "crate_tdx.igvm", "crate_vbs.igvm",
                             "snp_param_order.igvm", "snp_shared.igvm"})
        EXPECT_THAT(rules_of(check_vector(name)), IsEmpty()) << name;
}

std::vector<std::string> guest_state_of(const std::string& vector) {
    std::vector<std::string> ids;
    for (const Finding& finding : check_vector(vector).findings)
        if (rule_info(finding.rule).id[5] == 'G') ids.emplace_back(rule_info(finding.rule).id);
    return ids;
}

TEST(Vectors, GuestsThatCouldNotStartAreWarnedOf) {
    EXPECT_THAT(guest_state_of("crate_snp.igvm"), ElementsAre("IGVM-G010", "IGVM-G011"));
    EXPECT_THAT(guest_state_of("crate_tdx.igvm"), ElementsAre("IGVM-G012"));
    EXPECT_THAT(guest_state_of("snp_param_order.igvm"), ElementsAre("IGVM-G001"));
    EXPECT_THAT(guest_state_of("cca_sha256.igvm"), IsEmpty());
}

TEST(Vectors, AllKindsLoadsPagesOutsideTheRequiredMemoryOfEachPlatform) {
    EXPECT_THAT(rules_of(check_vector("allkinds.igvm")),
                ElementsAre(Rule::kPageOutsideRequiredMemory, Rule::kPageOutsideRequiredMemory,
                            Rule::kPageOutsideRequiredMemory));
}

TEST(Vectors, PoliciesOfANativePlatformBreakThePolicyRule) {
    EXPECT_THAT(rules_of(check_vector("igvm_c_basic.igvm")),
                ElementsAre(Rule::kPolicyPlatform, Rule::kPolicyPlatform));
}

TEST(Vectors, SnpFeatureBitInTheSevEsVmsaIsFound) {
    EXPECT_THAT(rules_of(check_vector("sev_es.igvm")), ElementsAre(Rule::kVmsaFeatures));
}

TEST(HostileInput, EveryTruncationAndEveryFlippedHeaderByteIsAFinding) {
    const auto file = MappedFile::open(std::filesystem::path(IGVM_TEST_VECTORS) / "own/image/allkinds.igvm");
    ASSERT_TRUE(file.has_value());
    const Buffer good(file->bytes().begin(), file->bytes().end());
    const auto headers_end = static_cast<std::size_t>(Image::open(good)->data_begin());
    for (std::size_t i = 0; i < headers_end; ++i) {
        Buffer flipped = good;
        flipped[i] ^= 0xFF;
        EXPECT_TRUE(check_file(flipped).has_errors()) << i;
        EXPECT_TRUE(check_file(Bytes(good).first(i)).has_errors()) << i;
        if (i < 24) continue;
        seal(flipped);
        check_file(flipped);
    }
}

}  // namespace
}  // namespace igvm::test
