// From the generated parser's contexts to the tree.
#pragma once

#include "IgvmSpecParser.h"
#include "diagnose/diagnostic.hpp"
#include "syntax/token_places.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// Converts what was understood; what was not becomes poison. Reports literals that have no value.
Tree to_tree(grammar::IgvmSpecParser::FileContext* file, antlr4::CommonTokenStream& tokens,
             const TokenPlaces& places, Diagnostics& diagnostics);

}  // namespace igvm::spec
