// The page at the reset vector of a TDX guest, run from the state that a TDX module gives a processor. The
// emulator has no TDX: what stays untested is what the module traps.
#include <gtest/gtest.h>

#include <algorithm>

#include "guest.hpp"
#include "qemu.hpp"

namespace igvm::guest {
namespace {

constexpr std::uint64_t kResetPage = 0xFFFF'F000;
constexpr std::uint64_t kCode = 0x10'0000;
constexpr std::uint64_t kTables = 0x10'1000;
constexpr std::uint64_t kWokenEntry = kCode + 0x100;
constexpr std::uint64_t kLongModeEnabled = 0x100;

/// Intel TDX Module Base Architecture Specification, "Initial State of Guest VCPU".
NativeContext initial_state(std::uint64_t processor) {
    NativeContext state{};
    state.rip = 0xFFFF'FFF0U;
    state.rflags = 2U;
    state.rsi = processor;
    state.rbx = 52U;  // width of guest physical addresses
    state.cr0 = 0x21U;
    state.cr4 = 0x40U;
    state.efer = 0x901U;
    state.code = {std::uint16_t{0x08}, std::uint16_t{0xC09B}, 0U, 0xFFFF'FFFFU};
    state.data = {std::uint16_t{0x10}, std::uint16_t{0xC093}, 0U, 0xFFFF'FFFFU};
    state.gdtr_limit = std::uint16_t{0xFFFF};
    return state;
}

class TdxTrampoline : public testing::Test {
  protected:
    void SetUp() override {
        if (!qemu_is_installed())
            GTEST_SKIP() << "qemu-system-x86_64 is not on PATH (Debian: qemu-system-x86)";
        guest_.context = initial_state(0);
    }

    /// The mailbox at the begin of the page: command, processor, vector.
    void send_wake_up(std::uint32_t processor) {
        Page& page = guest_.pages.at(kResetPage);
        const auto put = [&page](std::size_t offset, auto value) {
            std::ranges::copy(bytes_of(value), page.begin() + static_cast<std::ptrdiff_t>(offset));
        };
        put(0, U16(std::uint16_t{1}));
        put(4, U32(processor));
        put(8, U64(kWokenEntry));
    }
    void expect_greeting(const std::string& line) {
        const Outcome outcome = run_from_last_page(guest_);
        EXPECT_EQ(outcome.printed, line) << outcome.ending;
        EXPECT_EQ(outcome.exit_code, 0x10) << outcome.ending;
    }

    GuestStart guest_ = load_native_guest(IGVM_TDX_GUEST);
};

TEST_F(TdxTrampoline, LeadsTheFirstProcessorToTheEntryPointInLongMode) {
    expect_greeting("Hello from the trampoline\r\n");
}

TEST_F(TdxTrampoline, EnablesLongModeWhereTheModuleHasNot) {
    guest_.context.efer = guest_.context.efer & ~kLongModeEnabled;
    expect_greeting("Hello from the trampoline\r\n");
}

TEST_F(TdxTrampoline, LeadsAnotherProcessorWhereTheMailboxSays) {
    guest_.context = initial_state(3);
    send_wake_up(3);
    expect_greeting("Woken through the mailbox\r\n");
}

TEST_F(TdxTrampoline, DoesNotRunWithoutItsPageTables) {
    guest_.pages.at(kTables).fill(0);
    const Outcome outcome = run_from_last_page(guest_);
    EXPECT_EQ(outcome.printed, "") << outcome.ending;
    EXPECT_EQ(outcome.exit_code, std::nullopt) << outcome.ending;
}

}  // namespace
}  // namespace igvm::guest
