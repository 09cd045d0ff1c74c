#include <gmock/gmock.h>

#include "guest.hpp"
#include "qemu.hpp"
#include "qemu_process.hpp"

namespace igvm::guest {
namespace {

using ::testing::HasSubstr;

/// The kernel finds its command line, its memory map and its initrd, or it would not come this far.
TEST(LinuxGuest, BootsToItsFirstProcess) {
    if (!qemu_is_installed()) GTEST_SKIP() << "qemu-system-x86_64 is not on PATH (Debian: qemu-system-x86)";
    HostConfig host;
    host.memory_map = {{{0, kRamSize}, MemoryType::kMemory}};
    const Outcome outcome = run_from_context(load_native_guest(IGVM_LINUX_GUEST, host));
    EXPECT_THAT(outcome.printed, HasSubstr("Command line: console=ttyS0 panic=-1\r\n")) << outcome.ending;
    EXPECT_THAT(outcome.printed, HasSubstr("Hello from Linux\r\n")) << outcome.ending;
    EXPECT_EQ(outcome.exit_code, 0x2A) << outcome.ending;
}

}  // namespace
}  // namespace igvm::guest
