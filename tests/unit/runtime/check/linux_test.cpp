#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "linux_guest.hpp"

namespace igvm::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The details of the findings, without the processor that they are about.
std::vector<std::string> details_of(const LinuxGuest& guest) {
    std::vector<std::string> details;
    for (const Finding& finding : check_file(guest.build().file).findings) {
        EXPECT_EQ(finding.rule, Rule::kLinuxMemoryMap) << finding.detail;
        details.push_back(finding.detail.substr(std::string("VP 0 of native: ").size()));
    }
    return details;
}

TEST(LinuxMemoryMap, ThatCoversKernelAndInitrdIsClean) {
    EXPECT_THAT(details_of(LinuxGuest()), IsEmpty());
    LinuxGuest touching;
    touching.set_memory(1, 0x100000, 0x380000);
    touching.add_memory(0x480000, 0x80000);
    EXPECT_THAT(details_of(touching), IsEmpty()) << "the kernel lies in two entries that touch";
}

TEST(LinuxMemoryMap, MustHoldTheWholeKernel) {
    LinuxGuest guest;
    guest.set_memory(1, 0x100000, 0x3FF000);
    EXPECT_THAT(
        details_of(guest),
        ElementsAre("the kernel from 0x400000 to 0x4fffff is not all in usable RAM of the memory map"));
}

TEST(LinuxMemoryMap, MustHoldTheInitrdAsUsableRam) {
    LinuxGuest guest;
    guest.set_memory(1, 0x100000, 0x100000);
    guest.add_memory(0x200000, 0x1000, 2);
    guest.add_memory(0x201000, 0x400000);
    EXPECT_THAT(
        details_of(guest),
        ElementsAre("the initrd from 0x200000 to 0x200007 is not all in usable RAM of the memory map"));
}

TEST(LinuxMemoryMap, MustHaveUsableRam) {
    LinuxGuest guest;
    guest.set_memory(0, 0, 0xA0000, 2);
    guest.set_memory(1, 0x100000, 0x700000, 2);
    EXPECT_THAT(details_of(guest), ElementsAre("the memory map has no usable RAM (type 1)"));
}

TEST(LinuxMemoryMap, EntriesDoNotOverlapInWhateverOrder) {
    LinuxGuest guest;
    guest.add_memory(0x7FF000, 0x2000, 2);
    guest.add_memory(0xB0000, 0x10000, 2);
    EXPECT_THAT(details_of(guest), ElementsAre("the e820 entry at 0x7ff000 overlaps that at 0x100000"));
    guest.set_memory(2, 0x7FF000, 0, 2);
    EXPECT_THAT(details_of(guest), IsEmpty()) << "an empty entry overlaps nothing";
    guest.set_memory(2, 0xFFFFFFFFFFFFF000, 0x2000, 2);
    EXPECT_THAT(details_of(guest), IsEmpty()) << "an entry may reach the end of the address space";
}

TEST(LinuxMemoryMap, OfOneEntryIsIgnored) {
    LinuxGuest guest;
    guest.set_memory(0, 0, 0x800000);
    guest.set_entries(1);
    EXPECT_THAT(
        details_of(guest),
        ElementsAre("the memory map has one e820 entry, and many kernels ignore a map of fewer than two"));
}

TEST(LinuxMemoryMap, WithoutEntriesTwoCountsOfKibibytesTakeItsPlace) {
    LinuxGuest guest;
    guest.set_entries(0);
    EXPECT_THAT(
        details_of(guest),
        ElementsAre("the kernel from 0x400000 to 0x4fffff is not all in what alt_mem_k and ext_mem_k tell "
                    "of, as there are no e820 entries",
                    "the initrd from 0x200000 to 0x200007 is not all in what alt_mem_k and ext_mem_k tell "
                    "of, as there are no e820 entries"));
    guest.fill(LinuxGuest::kParams, 0x1E0, U32{4096U});
    EXPECT_THAT(details_of(guest), IsEmpty());
    guest.fill(LinuxGuest::kParams, 0x1E0, U32{4095U});
    EXPECT_EQ(details_of(guest).size(), 1U) << "the kernel ends at 5 MiB";
    guest.fill(LinuxGuest::kParams, 0x002, U16{std::uint16_t{4096}});
    EXPECT_THAT(details_of(guest), IsEmpty()) << "the larger one counts";
}

TEST(LinuxMemoryMap, HasAtMost128Entries) {
    LinuxGuest guest;
    guest.set_entries(129);
    EXPECT_THAT(details_of(guest), ElementsAre("e820_entries is 129, and the table holds 128"));
}

TEST(LinuxMemoryMap, OfAFullTableMayGoOnInSetupData) {
    LinuxGuest guest;
    guest.set_memory(1, 0x100000, 0x1000);
    guest.set_entries(128);
    EXPECT_EQ(details_of(guest).size(), 2U);
    guest.fill(LinuxGuest::kParams, 0x250, U64{std::uint64_t{0x109000}});
    EXPECT_THAT(details_of(guest), IsEmpty());
}

}  // namespace
}  // namespace igvm::test
