// Which conditions concern which platform.
#pragma once

#include "igvm/portable.hpp"

namespace igvm::portable_detail {

/// True when some profiles of `platform` differ where `condition` is broken.
bool concerns(PortableCondition condition, PlatformType platform);

}  // namespace igvm::portable_detail
