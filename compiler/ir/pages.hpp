// Regions as pages.
#pragma once

#include "ir/ir.hpp"

namespace igvm::spec::ir {

/// Appends one PAGE_DATA for each page of `region`. A partly filled page is padded with zeros. A page
/// of zeros has no payload when the region elides zeros, or when it is one that the firmware fills (secrets,
/// CPUID) and the spec gave no data; else all such pages share one stored page.
void lower_region(const model::Region& region, std::uint32_t mask, std::uint32_t item, Program& program);

}  // namespace igvm::spec::ir
