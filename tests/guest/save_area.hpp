// The state-save area of system management mode, from which RSM loads a CPU.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "guest.hpp"

namespace igvm::guest {

struct SavedSegment {
    U16 selector;
    U16 attributes;  ///< QEMU keeps the 16-bit form
    U32 limit;
    U64 base;
};

/// Offsets 0xFE00 to 0xFFFF from SMBASE. Source: AMD APM volume 2, table 10-1.
struct SaveArea {
    SavedSegment es, cs, ss, ds, fs, gs;
    SavedSegment gdtr, ldtr, idtr, tr;
    std::array<std::uint8_t, 0x30> io_restart;
    U64 efer;
    std::array<std::uint8_t, 0x24> reserved;
    U32 revision;  ///< 0: SMBASE is not reloaded
    U32 smbase;
    std::array<std::uint8_t, 0x44> guest_paging;
    U64 cr4, cr3, cr0, dr7, dr6, rflags, rip;
    U64 r15, r14, r13, r12, r11, r10, r9, r8;
    U64 rdi, rsi, rbp, rsp, rbx, rdx, rcx, rax;
};
static_assert(sizeof(SaveArea) == 0x200 && offsetof(SaveArea, efer) == 0xD0);
static_assert(offsetof(SaveArea, revision) == 0xFC && offsetof(SaveArea, cr4) == 0x148);
static_assert(offsetof(SaveArea, rip) == 0x178 && offsetof(SaveArea, rax) == 0x1F8);

/// Every register of `context`; those that it does not have (TR, LDTR, DR6, DR7) as after reset.
SaveArea save_area(const NativeContext& context);

}  // namespace igvm::guest
