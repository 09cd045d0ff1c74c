// AArch64 start state: the registers of a VBS register list and of a CCA context.
#pragma once

#include <span>
#include <string_view>

#include "igvm/x64.hpp"

namespace igvm::aarch64 {

/// As of x64: `vbs` is the HvArm64Register… name, and `native` the place in a CCA context.
using x64::RegisterInfo;

std::span<const RegisterInfo> register_table();
const RegisterInfo* find_register(std::string_view name);

}  // namespace igvm::aarch64
