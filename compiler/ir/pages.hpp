// Regions as pages.
#pragma once

#include "ir/ir.hpp"

namespace igvm::spec::ir {

/// Appends one PAGE_DATA for each page of `region`. A partly filled page is padded with zeros. Pages
/// of zeros have the payload that the region says; those behind its data share one stored page.
void lower_region(const model::Region& region, std::uint32_t mask, std::uint32_t item, Program& program);

}  // namespace igvm::spec::ir
