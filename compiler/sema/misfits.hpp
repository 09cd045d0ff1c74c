// Fragments that are used in a block of the wrong kind.
#pragma once

#include <set>

#include "diagnose/diagnostic.hpp"
#include "schema/schema.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// The uses in the block of which nothing belongs there, as the expansions that they made. Each is reported
/// once, where it stands: what it put into the block is no mistake of its own.
std::set<ExpansionId> report_misfits(const Block& block, const schema::BlockRow& row,
                                     Diagnostics& diagnostics);

}  // namespace igvm::spec
