// Pages for the rest of a range.
#pragma once

#include "ir/ir.hpp"

namespace igvm::spec::ir {

/// Appends the pages of the fills of `image`: what neither the directives of `program` (pages, inserted
/// parameter areas, error ranges, save areas) nor earlier fills cover, platform by platform.
void lower_fills(const model::Image& image, Program& program);

}  // namespace igvm::spec::ir
