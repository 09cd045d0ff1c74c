// How tightly binary operators bind.
#pragma once

#include <string_view>

namespace igvm::spec {

/// 1 for the loosest operator, "||", up to 10 for "*"; 0 for what is no operator. All group from the left.
int precedence_of(std::string_view op);

}  // namespace igvm::spec
