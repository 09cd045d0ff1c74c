// Tree to model: blocks against the schema, attributes evaluated per platform, platforms that agree folded
// into one item.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "model/model.hpp"
#include "sema/evaluate.hpp"
#include "sema/listing.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// Expands `trees` (the spec first, then its includes) and binds the one `image` block among them. Keeps only
/// `keep_platforms` when it is not empty. Nothing when errors were reported. Without errors the values go to
/// `listing` too.
std::optional<model::Image> bind(const std::vector<Tree*>& trees,
                                 const std::vector<std::string>& keep_platforms, Evaluator& evaluator,
                                 Diagnostics& diagnostics, ListedBlock* listing = nullptr);

}  // namespace igvm::spec
