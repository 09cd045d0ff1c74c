// What a file says about its own measurement: ID block, VBS measurement.
#pragma once

#include "igvm/check.hpp"

namespace igvm {

/// All rules: those of `check`, and those that need the measurement or a signature (the digests of ID blocks
/// and VBS measurements, the signatures of ID blocks). The ID block's digest may be that of any launch
/// profile. Costs a measurement of each platform that is endorsed.
CheckReport check_all(const Image& image, const CheckOptions& options = {});

/// Opens and checks; a file that does not open gives its one error as a finding.
CheckReport check_all_file(Bytes file, const CheckOptions& options = {});

}  // namespace igvm
