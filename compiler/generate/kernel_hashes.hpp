// The table of hashes by which OVMF checks what QEMU's -kernel, -initrd and -append gave it.
// Source: edk2 OvmfPkg/AmdSev/BlobVerifierLibSevHashes; QEMU target/i386/sev.c.
#pragma once

#include <string_view>
#include <vector>

#include "igvm/wire.hpp"

namespace igvm::spec::generate {

inline constexpr std::uint64_t kKernelHashesSize = 176;  ///< 168 bytes and padding to a multiple of 16

/// The GUID of the firmware's table entry that says where the hashes lie: address u32, size u32.
inline constexpr std::string_view kHashesPlaceGuid = "7255371f-3a3b-4b04-927b-1da6efa8d454";

/// `kernel` and `initrd` are the whole files; `cmdline` is hashed with a zero byte at its end.
std::vector<std::uint8_t> kernel_hashes(Bytes kernel, Bytes initrd, std::string_view cmdline);

}  // namespace igvm::spec::generate
