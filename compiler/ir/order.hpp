// The order of the headers in the file.
#pragma once

#include "ir/ir.hpp"

namespace igvm::spec::ir {

/// By section, then by item; and among items in a row that are sorted with one another, pages and VP contexts
/// by address behind all else. Directives of one item keep their order.
void put_in_order(const model::Image& image, std::vector<Directive>& directives);

}  // namespace igvm::spec::ir
