// VP contexts as bytes: one encoder a format, all driven by the register table.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/model.hpp"

namespace igvm::spec::generate {

using Registers = std::span<const model::RegisterValue>;

/// A 4096-byte VMSA; later registers win over earlier ones. `sev_features` is stored as it stands.
std::vector<std::uint8_t> encode_vmsa(Registers registers, std::uint64_t sev_features);
/// The native x64 context in a 4096-byte blob.
std::vector<std::uint8_t> encode_native(Registers registers);
/// Bytes of a VBS register list.
constexpr std::uint64_t vbs_size(std::uint64_t registers) {
    return sizeof(U32) + registers * sizeof(x64::VbsRegister);
}
/// The count and the 32-byte entries of a VBS register list, in register table order, each register once.
std::vector<std::uint8_t> encode_vbs(Registers registers, std::uint8_t vtl);

/// The payload of a VP_CONTEXT: the raw bytes, or the registers over the start state in the platform's
/// format.
std::vector<std::uint8_t> encode_context(const model::VpContext& context);

}  // namespace igvm::spec::generate
