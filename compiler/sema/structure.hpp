// Blocks against the schema: what may stand where, before any value is looked at.
#pragma once

#include "sema/binding.hpp"

namespace igvm::spec {

/// The one image block among the trees, or null with an error reported. Reports every other block at file
/// level.
const Block* find_image(const std::vector<Tree*>& trees, Diagnostics& diagnostics);

/// Fills in `binding`: platforms first, then the blocks, then their names. `keep` limits the platforms unless
/// it is empty.
void bind_structure(const std::vector<Tree*>& trees, const Block& image, const std::vector<std::string>& keep,
                    Binding& binding);

}  // namespace igvm::spec
