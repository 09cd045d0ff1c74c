// What the blocks of an image are called.
#pragma once

#include <vector>

#include "sema/binding.hpp"

namespace igvm::spec {

/// Makes the blocks of the image and of its groups known by name and in source order. Blocks share one
/// namespace with the declarations of the trees.
void list_blocks(const std::vector<Tree*>& trees, Binding& binding);

/// Reports a second thing of one name; `message` says what is wrong. When both are one text that two uses of
/// a fragment repeat, at the second of those uses.
void report_duplicate(const Name& name, Span first, std::string message, Diagnostics& diagnostics);

}  // namespace igvm::spec
