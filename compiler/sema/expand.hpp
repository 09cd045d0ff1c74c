// Text that is repeated, left out or put together from fragments, written out.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "sema/evaluate.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// `for`, `use`, `when` and blocks that may stand in one another.
inline constexpr int kMaxExpansionDepth = 64;

/// Names that blocks would have which an error, or a condition, kept from being written out.
struct LostNames {
    std::set<std::string, std::less<>> names;
    bool all = false;  ///< it is not known which
    /// Blocks of branches that do not count, which is no error.
    std::map<std::string, Span, std::less<>> left_out;

    bool contains(std::string_view name) const { return all || names.contains(name); }
};

/// Puts in the place of every `when`, `for` and `use` of the blocks what they stand for. Blocks in iterations
/// are named "ap[3]" after that, fields of a struct likewise. Evaluates conditions, ranges, lists to loop
/// over and nothing else. Nothing when there is too much of it, after an error.
std::optional<LostNames> expand(const std::vector<Tree*>& trees, Evaluator& evaluator,
                                Diagnostics& diagnostics);

}  // namespace igvm::spec
