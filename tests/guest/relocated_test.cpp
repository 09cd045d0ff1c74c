#include <gmock/gmock.h>

#include "guest.hpp"
#include "igvm/file.hpp"
#include "igvm/writer.hpp"
#include "qemu.hpp"

namespace igvm::guest {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kDistance = 32 * kMiB;
constexpr std::uint8_t kApplyPc = 2;
constexpr std::uint8_t kApplyGdtr = 4;

/// The long-mode guest with headers that let its code, page tables and GDT move, and its stack stay: no
/// header says that RSP is an address.
class RelocatedLongModeGuest : public testing::Test {
  protected:
    RelocatedLongModeGuest() {
        built_ = load_native_guest(IGVM_LONG_MODE_GUEST);
        host_.memory_map = {{{0, 64 * kMiB}, MemoryType::kMemory}};
        host_.relocation_bases = {built_.context.rip + kDistance, built_.context.gdtr_base + kDistance,
                                  stack()};
    }

    std::uint64_t stack() const { return built_.context.rsp - kPageSize; }

    static RelocatableRegion page_at(std::uint64_t gpa, std::uint8_t flags) {
        return {1U,  std::uint16_t{0}, std::uint8_t{0},  flags,    kPageSize,
                gpa, kPageSize,        std::uint64_t{0}, 64 * kMiB};
    }

    /// PML4, PDPT and PD follow one another.
    PageTableRelocation page_tables() const {
        return {1U,
                std::uint16_t{0},
                std::uint8_t{0},
                std::uint8_t{0},
                built_.context.cr3,
                3 * kPageSize,
                3 * kPageSize};
    }

    GuestStart load() const {
        const auto file = MappedFile::open(IGVM_LONG_MODE_GUEST);
        const auto image = Image::open(file.value().bytes());
        Writer writer({.version = 2});
        for (const Header header : image.value()) {
            append(writer, *image, header);
            if (header.is(HeaderType::kSupportedPlatform)) append_regions(writer);
        }
        return load_native_guest(std::move(writer).finish().value().bytes, host_);
    }

    GuestStart built_;
    HostConfig host_;

  private:
    static void append(Writer& writer, const Image& image, const Header& header) {
        ASSERT_TRUE(writer.append(header.raw_type, header.body, image.payload(header).value(), "guest"));
    }
    void append_regions(Writer& writer) const {
        ASSERT_TRUE(writer.append(page_at(built_.context.rip, kApplyPc), {}, "code"));
        ASSERT_TRUE(writer.append(page_at(built_.context.gdtr_base, kApplyGdtr), {}, "gdt"));
        ASSERT_TRUE(writer.append(page_at(stack(), 0), {}, "stack"));
        ASSERT_TRUE(writer.append(page_tables(), {}, "page tables"));
    }
};

TEST_F(RelocatedLongModeGuest, HasItsRegistersAndPagesElsewhere) {
    const GuestStart moved = load();
    EXPECT_EQ(moved.context.rip, built_.context.rip + kDistance);
    EXPECT_EQ(moved.context.gdtr_base, built_.context.gdtr_base + kDistance);
    EXPECT_EQ(moved.context.cr3, built_.context.cr3 + kDistance);
    EXPECT_EQ(moved.context.rsp, built_.context.rsp);
    EXPECT_EQ(moved.pages.at(moved.context.rip), built_.pages.at(built_.context.rip));
    EXPECT_FALSE(moved.pages.contains(built_.context.rip));
}

TEST_F(RelocatedLongModeGuest, PrintsItsLineAndLeavesWithItsCode) {
    if (!qemu_is_installed()) GTEST_SKIP() << "qemu-system-x86_64 is not on PATH (Debian: qemu-system-x86)";
    const Outcome outcome = run_from_context(load());
    EXPECT_EQ(outcome.printed, "Hello from long mode\r\n") << outcome.ending;
    EXPECT_EQ(outcome.exit_code, 0x10) << outcome.ending;
}

}  // namespace
}  // namespace igvm::guest
