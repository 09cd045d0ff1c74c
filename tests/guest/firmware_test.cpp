#include <gmock/gmock.h>

#include "guest.hpp"
#include "qemu.hpp"

namespace igvm::guest {
namespace {

using ::testing::HasSubstr;

class FirmwareGuest : public testing::Test {
  protected:
    const Pages pages_ = load_native_pages(IGVM_OVMF_GUEST);
};

TEST_F(FirmwareGuest, RunsAScriptInItsShell) {
    if (!qemu_is_installed()) GTEST_SKIP() << "qemu-system-x86_64 is not on PATH (Debian: qemu-system-x86)";
    const Outcome outcome =
        run_firmware(pages_, "@echo -off\r\necho Hello from the firmware\r\nreset -s\r\n");
    EXPECT_THAT(outcome.printed, HasSubstr("Hello from the firmware\r\n")) << outcome.ending;
}

TEST_F(FirmwareGuest, HasTheFirmwaresEndBelowOneMebibyteToo) {
    EXPECT_EQ(pages_.at(0xF'F000), pages_.at(0xFFFF'F000));
    EXPECT_EQ(pages_.at(0xE'0000), pages_.at(0xFFFE'0000));
    EXPECT_FALSE(pages_.contains(0xD'F000));
}

}  // namespace
}  // namespace igvm::guest
