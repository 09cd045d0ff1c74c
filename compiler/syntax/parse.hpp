// Text to tree.
#pragma once

#include "diagnose/diagnostic.hpp"
#include "source/source.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// Brackets and operators that may stand in one another; deeper text is an error, not a stack overflow.
inline constexpr int kMaxNesting = 256;

/// Parses one file. Reports every syntax error it can find and returns what it understood; the tree is whole
/// (no null where the tree's comments do not allow one) even when there were errors.
Tree parse(const Sources& sources, FileId file, Diagnostics& diagnostics);

}  // namespace igvm::spec
