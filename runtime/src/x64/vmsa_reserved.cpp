#include "igvm/x64.hpp"

namespace igvm::x64 {
namespace {

// AMD APM volume 2, table B-4: what the table calls reserved and no later revision has given a meaning.
constexpr ReservedRange kReserved[] = {
    {0x0C8, 2}, {0x0CC, 4}, {0x0D8, 104}, {0x1C0, 24}, {0x248, 32}, {0x298, 72}, {0x380, 16}, {0x7C8, 0x838},
};

}  // namespace

std::span<const ReservedRange> vmsa_reserved() { return kReserved; }

}  // namespace igvm::x64
