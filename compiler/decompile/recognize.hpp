// What data holds, by its own marks.
#pragma once

#include <string_view>

#include "igvm/wire.hpp"

namespace igvm::spec::decompiler {

/// A name for what the data is: "ovmf", "elf", "linux_boot_params", "acpi_madt", "text"; empty when it has no
/// mark that is known here.
std::string_view recognize(Bytes data);

}  // namespace igvm::spec::decompiler
