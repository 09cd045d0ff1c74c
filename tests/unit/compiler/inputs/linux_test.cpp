#include "inputs/linux.hpp"

#include <gmock/gmock.h>

#include "kernel_file.hpp"

namespace igvm::spec {
namespace {

using linux_x86::BootParams;
using linux_x86::Kernel;
using test::arm64_image;
using test::bzimage;
using test::KernelBytes;
using test::poke;
using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(const KernelBytes& bytes) {
    const auto kernel = Kernel::open(bytes);
    return kernel ? "opened" : kernel.error().detail;
}

/// bzimage() with one number changed.
KernelBytes changed(std::size_t offset, std::uint64_t value, unsigned width) {
    auto kernel = bzimage();
    poke(kernel, offset, value, width);
    return kernel;
}

TEST(Linux, ReadsTheSetupHeaderByTheNamesOfTheProtocol) {
    const auto bytes = bzimage();
    const auto kernel = Kernel::open(bytes);
    ASSERT_TRUE(kernel) << kernel.error().detail;
    EXPECT_EQ(kernel->get("setup_sects"), 1u);
    EXPECT_EQ(kernel->get("version"), 0x20fu);
    EXPECT_EQ(kernel->get("pref_address"), 0x1000000u);
    EXPECT_EQ(kernel->members().back().name, "kernel_info_offset");
    EXPECT_EQ(kernel->members().size(), 39u);
    EXPECT_EQ(kernel->header().size(), 0x26cu - 0x1f1);
    EXPECT_EQ(kernel->entry64(), 0x200u);
}

TEST(Linux, LeavesOutMembersThatTheProtocolVersionLacks) {
    const auto bytes = changed(0x206, 0x20d, 2);
    EXPECT_EQ(Kernel::open(bytes)->members().back().name, "handover_offset");
}

TEST(Linux, FindsTheKernelBehindItsSetupSectors) {
    auto bytes = bzimage();
    EXPECT_EQ(Kernel::open(bytes)->payload().size(), 0x300u);
    EXPECT_EQ(Kernel::open(bytes)->payload()[1], 1u);
    poke(bytes, 0x1f1, 0, 1);
    EXPECT_EQ(refusal(bytes), "the file ends before the kernel, at 0xd00") << "no sectors stand for four";
    bytes.resize(0xd00);
    EXPECT_EQ(Kernel::open(bytes)->payload().size(), 0x300u);
    bytes.resize(0xd80);
    EXPECT_EQ(Kernel::open(bytes)->payload().size(), 0x380u) << "a signature is loaded with it";
}

TEST(Linux, RefusesWhatIsNoBzImage) {
    EXPECT_EQ(refusal({}), "0 bytes are too few for a bzImage");
    EXPECT_THAT(refusal(KernelBytes(4096)), HasSubstr("not a bzImage"));
    EXPECT_THAT(refusal(changed(0x1fe, 0, 2)), HasSubstr("not a bzImage"));
    EXPECT_EQ(refusal(changed(0x206, 0x20b, 2)), "boot protocol 2.11 is older than 2.12 (Linux 3.8)");
    EXPECT_THAT(refusal(changed(0x211, 0, 1)), HasSubstr("zImage"));
    EXPECT_THAT(refusal(changed(0x200, 0x69eb, 2)), HasSubstr("does not lead to 0x26c or beyond"));
    EXPECT_THAT(refusal(changed(0x200, 0xffeb, 2)), HasSubstr("the jump over the setup header"));
    EXPECT_THAT(refusal(changed(0x200, 0x6ae9, 2)), HasSubstr("the jump over the setup header"));
    EXPECT_EQ(refusal(changed(0x1f4, 0xffffffff, 4)), "the file ends before the kernel, at 0x10000003f0");
    EXPECT_THAT(refusal(changed(0x1f1, 0xff, 1)), HasSubstr("the file ends before the kernel"));
}

TEST(Linux, NeedsA64BitEntry) {
    const auto bytes = changed(0x236, 2, 2);
    EXPECT_THAT(Kernel::open(bytes)->entry64().error().detail, HasSubstr("XLF_KERNEL_64"));
    EXPECT_EQ(Kernel::open(bytes)->entry64().error().offset, 0x236u);
    auto small = changed(0x1f4, 1, 4);
    small.resize(0x600);
    EXPECT_THAT(Kernel::open(small)->entry64().error().detail, HasSubstr("before the 64-bit entry"));
}

TEST(Linux, NeverReadsOutsideACutKernel) {
    const auto bytes = bzimage();
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(Kernel::open(Bytes(bytes).first(size))) << size;
}

/// The page as the kernel gets it.
class BootParamsTest : public testing::Test {
  protected:
    std::uint64_t number(std::size_t offset, unsigned width) {
        const auto kernel = Kernel::open(bytes_);
        std::vector<std::uint8_t> page(linux_x86::kBootParamsSize);
        linux_x86::write_boot_params(*kernel, params_, page);
        std::uint64_t value = 0;
        for (unsigned i = width; i-- > 0;) value = value << 8 | page[offset + i];
        return value;
    }

    KernelBytes bytes_ = bzimage();
    BootParams params_;
};

TEST_F(BootParamsTest, CopiesTheHeaderAndNothingBefore) {
    bytes_[0x1ef] = bytes_[0x1f0] = 0xff;
    bytes_[0x26c] = 0xff;
    EXPECT_EQ(number(0x1ef, 2), 0u) << "the sentinel stays behind";
    EXPECT_EQ(number(0x26c, 1), 0u) << "and so does the code";
    EXPECT_EQ(number(0x202, 4), 0x53726448u);
    EXPECT_EQ(number(0x268, 4), 0x123u);
    EXPECT_EQ(number(0x210, 1), 0xffu);
    EXPECT_EQ(number(0x211, 1), 1u);
    EXPECT_EQ(number(0x1e8, 1), 0u);
}

TEST_F(BootParamsTest, SplitsAddressesAbove4G) {
    params_.command_line = 0x123456789;
    params_.command_line_size = 42;
    params_.initrd = linux_x86::Range{0xabcdef012, 0x234567890};
    params_.acpi_rsdp = 0xe0000;
    EXPECT_EQ(number(0x228, 4), 0x23456789u);
    EXPECT_EQ(number(0xc8, 4), 1u);
    EXPECT_EQ(number(0x238, 4), 42u);
    EXPECT_EQ(number(0x218, 4), 0xbcdef012u);
    EXPECT_EQ(number(0xc0, 4), 0xau);
    EXPECT_EQ(number(0x21c, 4), 0x34567890u);
    EXPECT_EQ(number(0xc4, 4), 2u);
    EXPECT_EQ(number(0x70, 8), 0xe0000u);
}

TEST_F(BootParamsTest, LeavesTheLegacyHoleOutOfRam) {
    params_.e820 = linux_x86::ram_map(0x8000000);
    EXPECT_EQ(number(0x1e8, 1), 2u);
    EXPECT_EQ(number(0x2d0, 8), 0u);
    EXPECT_EQ(number(0x2d8, 8), 0xa0000u);
    EXPECT_EQ(number(0x2e0, 4), 1u);
    EXPECT_EQ(number(0x2e4, 8), 0x100000u);
    EXPECT_EQ(number(0x2ec, 8), 0x7f00000u);
    EXPECT_EQ(number(0x2f4, 4), 1u);
    EXPECT_EQ(linux_x86::ram_map(0x1000).size(), 1u);
    EXPECT_EQ(linux_x86::ram_map(0x1000)[0].range.size, 0x1000u);
}

TEST_F(BootParamsTest, FillsTheWholeMemoryMap) {
    params_.e820.assign(linux_x86::kMaxE820Entries, {{1, 2}, 3});
    EXPECT_EQ(number(0x1e8, 1), 128u);
    EXPECT_EQ(number(0x2d0 + 127 * 20 + 16, 4), 3u);
    EXPECT_EQ(number(0x2d0 + 128 * 20, 8), 0u);
}

TEST_F(BootParamsTest, NamesTheBlobInAListNodeOfThePage) {
    params_.cc_blob = 0x5000;
    params_.setup_data = 0x777000;
    params_.address = 0x10000;
    EXPECT_EQ(number(0x13c, 4), 0x5000u);
    EXPECT_EQ(number(0x250, 8), 0x10f00u);
    EXPECT_EQ(number(0xf00, 8), 0x777000u) << "the list goes on";
    EXPECT_EQ(number(0xf08, 4), 7u);
    EXPECT_EQ(number(0xf0c, 4), 4u);
    EXPECT_EQ(number(0xf10, 4), 0x5000u);
}

TEST(Linux, KnowsHowHighAnInitrdMayBe) {
    const auto low = bzimage();
    EXPECT_TRUE(check_initrd(*Kernel::open(low), {0x7ffff000, 0x1000}));
    EXPECT_EQ(check_initrd(*Kernel::open(low), {0x7ffff000, 0x1001}).error().code, Code::kOutOfRange);
    EXPECT_FALSE(check_initrd(*Kernel::open(low), {0x1000, 0}));
    EXPECT_FALSE(check_initrd(*Kernel::open(low), {UINT64_MAX, 1}));
    const auto high = changed(0x236, 3, 2);
    EXPECT_TRUE(check_initrd(*Kernel::open(high), {0x100000000, 0x1001}));
    EXPECT_TRUE(check_command_line(*Kernel::open(low), 2047));
    EXPECT_THAT(check_command_line(*Kernel::open(low), 2048).error().detail,
                HasSubstr("longer than the 2047"));
}

TEST(Linux, WritesTheBlobOfASevSnpGuest) {
    EXPECT_THAT(linux_x86::cc_blob({0x11000, 0x1000}, {0x12000, 0x2000}),
                ElementsAre('A', 'M', 'D', 'E', 1, 0, 0, 0, 0, 0x10, 1, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0,
                            0, 0, 0x20, 1, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0));
}

TEST(Arm64Image, ReadsItsHeader) {
    const auto image = linux_arm64::read_image(arm64_image());
    ASSERT_TRUE(image) << image.error().detail;
    EXPECT_EQ(image->text_offset, 0x80000u);
    EXPECT_EQ(image->image_size, 0x2000u);
    EXPECT_EQ(image->flags, 0xau);
}

TEST(Arm64Image, RefusesOtherFiles) {
    EXPECT_THAT(linux_arm64::read_image(KernelBytes(63)).error().detail, HasSubstr("63 bytes are too few"));
    EXPECT_EQ(linux_arm64::read_image(KernelBytes(64)).error().offset, 56u);
    auto old = arm64_image();
    poke(old, 16, 0, 8);
    EXPECT_EQ(linux_arm64::read_image(old).error().code, Code::kInputUnsupported);
}

}  // namespace
}  // namespace igvm::spec
