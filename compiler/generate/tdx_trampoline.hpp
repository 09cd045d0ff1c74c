// The page at the reset vector of a TDX guest; tdx_trampoline.s is its code.
#pragma once

#include <cstdint>
#include <vector>

#include "igvm/wire.hpp"

namespace igvm::spec::generate {

/// Where the page lies: its last 16 bytes are at the reset vector.
inline constexpr std::uint64_t kTrampolineAddress = 0xFFFF'F000;

/// What the code reads, as it lies in the page.
struct TrampolineParameters {
    U64 entry;  ///< linear address of 64-bit code
    U64 cr3;    ///< below 4 GiB; the tables map the page at kTrampolineAddress to itself
    U64 rsp;
    U64 rsi;
    U64 rdi;
    U32 cr4;        ///< bits to set beside PAE
    U16 gdt_limit;  ///< of a table with code64 at 0x08 and data at 0x10; 0: the page's own
    U64 gdt_base;
};
static_assert(sizeof(TrampolineParameters) == 0x36);

/// 4096 bytes.
std::vector<std::uint8_t> tdx_trampoline(const TrampolineParameters& parameters);

}  // namespace igvm::spec::generate
