#include <gtest/gtest.h>

#include "guest.hpp"
#include "qemu.hpp"

namespace igvm::guest {
namespace {

class ResetVectorGuest : public testing::Test {
  protected:
    void SetUp() override {
        if (!qemu_is_installed())
            GTEST_SKIP() << "qemu-system-x86_64 is not on PATH (Debian: qemu-system-x86)";
    }

    const GuestStart guest_ = load_native_guest(IGVM_RESET_VECTOR_GUEST);
};

TEST_F(ResetVectorGuest, PrintsItsLineAndLeavesWithItsCode) {
    const Outcome outcome = run_from_reset(guest_.pages);
    EXPECT_EQ(outcome.printed, "Hello from the reset vector\r\n");
    EXPECT_EQ(outcome.exit_code, 0x10) << outcome.ending;
}

TEST_F(ResetVectorGuest, HasExactlyThePageThatHoldsTheResetVector) {
    ASSERT_EQ(guest_.pages.size(), 1U);
    EXPECT_EQ(guest_.pages.begin()->first, 0xFFFF'F000U);
}

/// EDX is left out: at reset it holds the model of the CPU, which a context cannot know.
TEST_F(ResetVectorGuest, ContextIsTheStateInWhichTheCpuStarts) {
    const NativeContext& context = guest_.context;
    const std::map<std::string, std::uint64_t> registers = {{"EAX", context.rax},
                                                            {"ECX", context.rcx},
                                                            {"EBX", context.rbx},
                                                            {"ESP", context.rsp},
                                                            {"EBP", context.rbp},
                                                            {"ESI", context.rsi},
                                                            {"EDI", context.rdi},
                                                            {"EIP", context.rip},
                                                            {"EFL", context.rflags},
                                                            {"CR0", context.cr0},
                                                            {"CR3", context.cr3},
                                                            {"CR4", context.cr4},
                                                            {"EFER", context.efer},
                                                            {"GDT base", context.gdtr_base},
                                                            {"GDT limit", context.gdtr_limit},
                                                            {"IDT base", context.idtr_base},
                                                            {"IDT limit", context.idtr_limit}};

    const ResetState cpu = reset_state();
    for (const auto& [name, value] : registers) EXPECT_EQ(value, cpu.registers.at(name)) << name;
    EXPECT_EQ(context.code, cpu.segments.at("CS"));
    for (const char* name : {"DS", "ES", "FS", "GS", "SS"})
        EXPECT_EQ(context.data, cpu.segments.at(name)) << name;
    EXPECT_EQ(std::uint64_t{context.gs_base}, std::uint64_t{cpu.segments.at("GS").base});
}

}  // namespace
}  // namespace igvm::guest
