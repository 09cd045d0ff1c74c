// The rules that need a measurement or a signature: `check` alone does not judge them.
#pragma once

#include <array>

#include "igvm/rule.hpp"

namespace igvm::test {

inline constexpr std::array kEndorsementRules = {Rule::kIdBlockDigest, Rule::kIdBlockSignature,
                                                 Rule::kIdBlockAuthorSignature, Rule::kVbsMeasurementDigest};

}  // namespace igvm::test
