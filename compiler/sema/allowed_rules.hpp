// Which rules of the format an image may break because its spec says so.
#pragma once

#include "igvm/rule.hpp"

namespace igvm::spec {

/// True for what keeps an image from being built or measured and can be told not to: `allow` may name it.
bool can_be_allowed(Rule rule);

}  // namespace igvm::spec
