// The rules of the directive chapter that need a measurement or a signature.
#pragma once

#include "check/context.hpp"

namespace igvm::endorse {

void check_endorsement_rules(check_detail::Context& context);

}  // namespace igvm::endorse
