#include <gtest/gtest.h>

#include "guest.hpp"
#include "qemu.hpp"

namespace igvm::guest {
namespace {

class LongModeGuest : public testing::Test {
  protected:
    void SetUp() override {
        if (!qemu_is_installed())
            GTEST_SKIP() << "qemu-system-x86_64 is not on PATH (Debian: qemu-system-x86)";
    }
    void clear_page_of(std::uint64_t address) { guest_.pages.at(address & ~(kPageSize - 1)).fill(0); }

    GuestStart guest_ = load_native_guest(IGVM_LONG_MODE_GUEST);
};

TEST_F(LongModeGuest, PrintsItsLineAndLeavesWithItsCode) {
    const Outcome outcome = run_from_context(guest_);
    EXPECT_EQ(outcome.printed, "Hello from long mode\r\n") << outcome.ending;
    EXPECT_EQ(outcome.exit_code, 0x10) << outcome.ending;
}

/// The machine starts with the segments of the context and reloads them from the GDT.
TEST_F(LongModeGuest, SegmentsOfTheContextAreThoseOfTheGdt) {
    const NativeContext& context = guest_.context;
    EXPECT_EQ(context.code, gdt_segment(guest_.pages, context.gdtr_base, context.code.selector));
    EXPECT_EQ(context.data, gdt_segment(guest_.pages, context.gdtr_base, context.data.selector));
}

/// QEMU would run with EFER.LMA set and CR0.PG clear, which no CPU allows.
TEST_F(LongModeGuest, StartsInLongModeWithPagingOn) {
    constexpr std::uint64_t kProtectionAndPaging = 0x8000'0001;
    constexpr std::uint64_t kPhysicalAddressExtension = 0x20;
    constexpr std::uint64_t kLongModeEnabledAndActive = 0x500;
    EXPECT_EQ(guest_.context.cr0 & kProtectionAndPaging, kProtectionAndPaging);
    EXPECT_EQ(guest_.context.cr4 & kPhysicalAddressExtension, kPhysicalAddressExtension);
    EXPECT_EQ(guest_.context.efer & kLongModeEnabledAndActive, kLongModeEnabledAndActive);
}

/// What the guest must not survive; were it to, the machine would not be using that part of the image.
class BrokenLongModeGuest : public LongModeGuest {
  protected:
    void expect_silence() {
        const Outcome outcome = run_from_context(guest_);
        EXPECT_EQ(outcome.printed, "") << outcome.ending;
        EXPECT_EQ(outcome.exit_code, std::nullopt) << outcome.ending;
    }
};

TEST_F(BrokenLongModeGuest, DoesNotRunWithoutItsPageTables) {
    clear_page_of(guest_.context.cr3);
    expect_silence();
}

TEST_F(BrokenLongModeGuest, DoesNotRunWithoutItsGdt) {
    clear_page_of(guest_.context.gdtr_base);
    expect_silence();
}

TEST_F(BrokenLongModeGuest, DoesNotRunWithAStackThatIsNotMapped) {
    guest_.context.rsp = std::uint64_t{1} << 40;
    expect_silence();
}

TEST_F(BrokenLongModeGuest, DoesNotRunWithLongModeOff) {
    guest_.context.efer = std::uint64_t{0};
    expect_silence();
}

}  // namespace
}  // namespace igvm::guest
