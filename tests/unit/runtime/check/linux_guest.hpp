// A Linux kernel that starts well, to be broken in one place.
#pragma once

#include "guest.hpp"

namespace igvm::test {

/// At 1 MiB - 0x200, unpacking itself from 4 MiB on over 1 MiB; 8 MiB of RAM but for the hole below 1 MiB.
class LinuxGuest : public Guest {
  public:
    static constexpr std::uint64_t kParams = 0x108000;
    static constexpr std::uint32_t kData = 0x200000;

    /// The initrd has eight bytes, the command line one.
    explicit LinuxGuest(std::uint32_t initrd = kData, std::uint32_t command_line = kData + 8)
        : Guest(PlatformType::kNative) {
        set_page(kData);
        set("rsi", kParams);
        fill(kParams, 0x202, U32{0x53726448U});
        fill(kParams, 0x206, U16{std::uint16_t{0x20C}});
        fill(kParams, 0x218, U32{initrd});
        fill(kParams, 0x21C, U32{8U});
        fill(kParams, 0x228, U32{command_line});
        fill(kParams, 0x258, U64{std::uint64_t{0x400000}});
        fill(kParams, 0x260, U32{0x100000U});
        add_memory(0, 0xA0000);
        add_memory(0x100000, 0x700000);
    }

    /// Adds an e820 entry; type 1 is usable RAM.
    void add_memory(std::uint64_t address, std::uint64_t size, std::uint32_t type = 1) {
        set_memory(entries_, address, size, type);
        fill(kParams, 0x1E8, U8{++entries_});
    }
    void set_memory(std::size_t index, std::uint64_t address, std::uint64_t size, std::uint32_t type = 1) {
        const std::uint64_t at = 0x2D0 + 20 * index;
        fill(kParams, at, U64{address});
        fill(kParams, at + 8, U64{size});
        fill(kParams, at + 16, U32{type});
    }
    void set_entries(std::uint8_t count) {
        entries_ = count;
        fill(kParams, 0x1E8, U8{count});
    }

  private:
    std::uint8_t entries_ = 0;
};

}  // namespace igvm::test
