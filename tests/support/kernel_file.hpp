// Synthetic Linux kernels: a bzImage and an arm64 Image.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace igvm::test {

using KernelBytes = std::vector<std::uint8_t>;

inline void poke(KernelBytes& bytes, std::size_t offset, std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// Boot protocol 2.15, one setup sector, 0x300 bytes of kernel, of which byte i is i.
inline KernelBytes bzimage() {
    KernelBytes kernel(0x400 + 0x300);
    struct Poke {
        std::size_t offset;
        std::uint64_t value;
        unsigned width;
    };
    for (const auto& [offset, value, width] : std::vector<Poke>{{0x1f1, 1, 1},           // setup_sects
                                                                {0x1f4, 0x30, 4},        // syssize
                                                                {0x1fe, 0xaa55, 2},      // boot_flag
                                                                {0x200, 0x6aeb, 2},      // jump to 0x26c
                                                                {0x202, 0x53726448, 4},  // "HdrS"
                                                                {0x206, 0x20f, 2},       // version
                                                                {0x211, 1, 1},  // loadflags: LOADED_HIGH
                                                                {0x22c, 0x7fffffff, 4},  // initrd_addr_max
                                                                {0x236, 1, 2},  // xloadflags: XLF_KERNEL_64
                                                                {0x238, 2047, 4},       // cmdline_size
                                                                {0x258, 0x1000000, 8},  // pref_address
                                                                {0x260, 0x3000, 4},     // init_size
                                                                {0x268, 0x123, 4}})     // kernel_info_offset
        poke(kernel, offset, value, width);
    for (std::size_t i = 0x400; i < kernel.size(); ++i) kernel[i] = static_cast<std::uint8_t>(i);
    return kernel;
}

inline KernelBytes arm64_image() {
    KernelBytes image(0x80);
    poke(image, 8, 0x80000, 8);      // text_offset
    poke(image, 16, 0x2000, 8);      // image_size
    poke(image, 24, 0xa, 8);         // flags
    poke(image, 56, 0x644d5241, 4);  // "ARM\x64"
    return image;
}

}  // namespace igvm::test
