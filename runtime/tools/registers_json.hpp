// The start state of a VP, register by register.
#pragma once

#include <nlohmann/json.hpp>

#include "igvm/loader.hpp"

namespace igvm::tools {

/// {"vp", "vtl", "gpa" for a VMSA, "encoding", "registers": name to value, or to selector, attributes, limit
/// and base}; values are hexadecimal strings. Registers of a VBS list without a name here go by their number.
nlohmann::ordered_json vp_json(const VpState& vp, Architecture architecture);

}  // namespace igvm::tools
