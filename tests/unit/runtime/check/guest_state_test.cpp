#include <gmock/gmock.h>

#include <vector>

#include "guest.hpp"

namespace igvm::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Rule> rules_of(const Guest& guest) {
    std::vector<Rule> rules;
    for (const Finding& finding : check_file(guest.build().file).findings) rules.push_back(finding.rule);
    return rules;
}

std::string detail_of(const Guest& guest) {
    const CheckReport report = check_file(guest.build().file);
    return report.findings.empty() ? std::string() : report.findings[0].detail;
}

TEST(GuestState, AGuestInOrderIsClean) {
    EXPECT_THAT(rules_of(Guest(PlatformType::kNative)), IsEmpty());
    EXPECT_THAT(rules_of(Guest(PlatformType::kSnp)), IsEmpty());
}

TEST(GuestState, FindingsNameTheProcessorAndItsPlatform) {
    for (const PlatformType type : {PlatformType::kNative, PlatformType::kSnp}) {
        Guest guest(type);
        guest.remove(Guest::kCode);
        EXPECT_EQ(detail_of(guest), std::string("VP 0 of ") + (guest.snp() ? "snp" : "native") +
                                        ": nothing is loaded at the entry point 0x100000");
    }
}

TEST(GuestState, FiveLevelTablesAreWalked) {
    Guest guest(PlatformType::kNative);
    guest.set("cr4", 0x1020);
    guest.map(0x108000, 1, Guest::kTables | 3);
    guest.set("cr3", 0x108000);
    EXPECT_THAT(detail_of(guest), HasSubstr("0x100000 is not mapped: the level 5 table at 0x108000 has no"));
    guest.map(0x108000, 0, Guest::kTables | 3);
    EXPECT_THAT(rules_of(guest), IsEmpty());
}

TEST(GuestState, NoExecuteCountsOnlyWithNxe) {
    Guest guest(PlatformType::kNative);
    guest.map(Guest::kTables, 0, std::uint64_t{1} << 63 | (Guest::kTables + 0x1000) | 3);
    EXPECT_THAT(rules_of(guest), ElementsAre(Rule::kEntryPointExecutable));
    guest.set("efer", 0x500);
    EXPECT_THAT(rules_of(guest), IsEmpty());
}

TEST(GuestState, WithVtomTheEncryptionBitIsNoPartOfTheTables) {
    Guest guest(PlatformType::kSnp);
    for (const std::uint64_t table : {0x0, 0x1000})
        guest.map(Guest::kTables + table, 0, (Guest::kTables + table + 0x1000) | 3);
    guest.map(Guest::kTables + 0x2000, 0, 0x83);
    guest.set("cr3", Guest::kTables);
    EXPECT_THAT(rules_of(guest), ElementsAre(Rule::kEncryptionBit));
    Sample sample = guest.build();
    poke(sample.file, 0x1000 + x64::kVmsaSevFeaturesOffset, U64{3});
    EXPECT_THAT(check_file(sample.file).findings, IsEmpty());
}

TEST(GuestState, TablesThatLeadToThemselvesEnd) {
    Guest guest(PlatformType::kNative);
    for (std::size_t i = 1; i < 512; ++i) guest.map(Guest::kTables, i, Guest::kTables | 3);
    EXPECT_THAT(rules_of(guest), IsEmpty());
    guest.set("rip", 0xFFFFFFFFFFFFFFFF);
    EXPECT_THAT(rules_of(guest), IsEmpty()) << "the last page is the root, a page of the file";
}

TEST(GuestState, ARecursiveEntryMapsTheTables) {
    Guest guest(PlatformType::kNative);
    guest.map(Guest::kTables + 0x2000, 0, (Guest::kTables + 0x10000) | 3);
    for (const std::uint64_t gpa : {Guest::kCode, Guest::kGdt, Guest::kStack})
        guest.map(Guest::kTables + 0x10000, gpa / kPageSize, gpa | 3);
    EXPECT_THAT(detail_of(guest), HasSubstr("4 of 4 page tables are mapped nowhere, the first at 0x101000"));
    guest.map(Guest::kTables, 511, Guest::kTables | 3);
    EXPECT_THAT(rules_of(guest), IsEmpty());
}

/// 32-bit code with paging on.
Guest guest_with_32_bit_paging(std::uint64_t cr4) {
    Guest guest(PlatformType::kNative);
    guest.set("efer", 0);
    guest.set("cr4", cr4);
    guest.set_segment("cs", {8, 0xC09B, 0xFFFFFFFF, 0});
    return guest;
}

TEST(GuestState, TheRootOf32BitPagingMustBePresent) {
    for (const std::uint64_t cr4 : {0x20, 0}) {
        Guest guest = guest_with_32_bit_paging(cr4);
        EXPECT_THAT(rules_of(guest), IsEmpty()) << cr4;
        guest.set("cr3", 0x300FE0);
        EXPECT_THAT(rules_of(guest), ElementsAre(Rule::kPageTableRoot));
        EXPECT_THAT(detail_of(guest),
                    HasSubstr(cr4 != 0 ? "CR3 points to 0x300fe0" : "CR3 points to 0x300000"));
    }
}

TEST(GuestState, TheLimitOfCsHoldsIn32BitCodeAlone) {
    Guest guest = guest_with_32_bit_paging(0);
    guest.set_segment("cs", {8, 0xC09B, 0xFFFFF, 0});
    EXPECT_THAT(detail_of(guest), HasSubstr("rip is 0x100000, and the limit of CS 0xfffff"));
    guest.set("rip", 0xFFFFF);
    EXPECT_THAT(rules_of(guest), IsEmpty());
    Guest wide(PlatformType::kNative);
    wide.set_segment("cs", {8, 0xA09B, 0, 0});
    EXPECT_THAT(rules_of(wide), IsEmpty());
}

TEST(GuestState, RealModeStartsAtTheBaseOfCs) {
    Guest guest(PlatformType::kNative);
    for (const char* name : {"cr0", "cr3", "cr4", "efer", "rsp"}) guest.set(name, 0);
    guest.set_segment("cs", {0xF000, 0x9B, 0xFFFF, 0xFFFF0000});
    guest.set_segment("gdtr", {});
    guest.set("rip", 0xFFF0);
    EXPECT_THAT(detail_of(guest), HasSubstr("nothing is loaded at the entry point 0xfffffff0"));
    guest.set_page(0xFFFFF000);
    EXPECT_THAT(rules_of(guest), IsEmpty());
}

TEST(GuestState, WhatIsLoadedAndNotMappedIsSaidToBeNotMapped) {
    Guest stack(PlatformType::kNative);
    stack.set_page(0x300000);
    stack.set("rsp", 0x301000);
    EXPECT_THAT(detail_of(stack), HasSubstr("the stack below 0x301000 is not mapped"));
    stack.set("rsp", 0x121000);
    EXPECT_THAT(detail_of(stack),
                HasSubstr("the stack below 0x121000 is neither loaded nor required memory"));

    Guest gdt(PlatformType::kNative);
    gdt.set_page(0x200000);
    gdt.set_segment("gdtr", {0, 0, 0x1F, 0x200000});
    EXPECT_THAT(detail_of(gdt), HasSubstr("the GDT from 0x200000 to 0x20001f is not mapped"));
    gdt.set_page(0x1FF000);
    gdt.set_segment("gdtr", {0, 0, 0x1F, 0x1FFFF0});
    EXPECT_THAT(detail_of(gdt), HasSubstr("the GDT from 0x1ffff0 to 0x20000f is not mapped"));
    gdt.set_segment("gdtr", {0, 0, 0x1F, 0x120000});
    EXPECT_THAT(detail_of(gdt), HasSubstr("0x12001f is neither loaded nor required memory"));
}

TEST(GuestState, UnmeasuredCodeIsNamedOnMeasuredPlatforms) {
    for (const PlatformType type : {PlatformType::kNative, PlatformType::kSnp}) {
        Guest guest(type);
        guest.set_page(Guest::kCode, PageDataType::kNormal, kPageFlagUnmeasured);
        EXPECT_EQ(rules_of(guest).size(), guest.snp() ? 1u : 0u);
    }
}

TEST(GuestState, ContradictionsOfModesAreNamed) {
    struct Breach {
        const char* name;
        std::uint64_t value;
        const char* text;
    };
    constexpr Breach kBreaches[] = {
        {"cr0", 0x80000000, "CR0 has PG without PE"},
        {"cr4", 0, "64-bit mode needs CR4.PAE"},
        {"efer", 0x900, "EFER.LMA does not equal EFER.LME with CR0.PG"},
        {"cr0", 1, "EFER.LMA does not equal EFER.LME with CR0.PG"},
    };
    for (const Breach& breach : kBreaches) {
        Guest guest(PlatformType::kNative);
        guest.set(breach.name, breach.value);
        EXPECT_THAT(detail_of(guest), HasSubstr(breach.text)) << breach.name;
    }
    Guest both(PlatformType::kNative);
    both.set_segment("cs", {8, 0xE09B, 0xFFFFFFFF, 0});
    EXPECT_THAT(detail_of(both), HasSubstr("CS has both L and D"));
}

}  // namespace
}  // namespace igvm::test
