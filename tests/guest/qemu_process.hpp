// One QEMU machine, the same for every test: a PC under plain emulation with 256 MiB and no default devices.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "subprocess.hpp"

namespace igvm::guest {

inline constexpr std::uint64_t kRamSize = 256 * 1024 * 1024;

/// Ends QEMU after a minute. A reset of the machine (a triple fault) ends it with status 0.
ProcessResult run_qemu(const std::vector<std::string>& arguments, std::string_view input);

}  // namespace igvm::guest
