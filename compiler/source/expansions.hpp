// Where text that `for` and `use` repeat was repeated.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "source/source.hpp"

namespace igvm::spec {

/// One list for all the iterations of a loop.
using SharedNames = std::shared_ptr<const std::vector<std::string>>;

struct Expansion {
    Span from;          ///< the `for` or `use`, which may stand in an expansion itself
    std::string label;  ///< "in the iteration i = 3", "in fragment 'page', used here"
    std::string index;  ///< of an iteration and those around it: "[1][3]"; empty: in no iteration
    SharedNames names;  ///< that stand for something there: the loop variable, the parameters; may be null
};

/// The expansions of one compilation, by ExpansionId.
class Expansions {
  public:
    ExpansionId add(Span from, std::string label, SharedNames names, std::string_view own_index = {}) {
        rows_.push_back(
            {from, std::move(label), rows_[from.expansion].index + std::string(own_index), std::move(names)});
        return static_cast<ExpansionId>(rows_.size() - 1);
    }
    const Expansion& operator[](ExpansionId id) const { return rows_[id]; }
    /// Rather than a fragment that is used.
    bool is_iteration(ExpansionId id) const {
        return rows_[id].index != rows_[rows_[id].from.expansion].index;
    }
    std::size_t size() const { return rows_.size(); }

  private:
    std::vector<Expansion> rows_{1};
};

}  // namespace igvm::spec
