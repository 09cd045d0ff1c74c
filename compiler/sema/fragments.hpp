// The fragments of a spec, and what stands for their parameters where they are used.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "sema/clone.hpp"
#include "sema/evaluate.hpp"

namespace igvm::spec {

class Fragments {
  public:
    /// Reports fragments of one name, and parameters that hide another name.
    Fragments(const std::vector<Tree*>& trees, const Evaluator& evaluator, Diagnostics& diagnostics);

    /// The fragment that a use names; null after an error was reported.
    const Fragment* find(const Expr& callee) const;
    /// What stands for the parameters in one use; nothing after an error was reported, also when the fragment
    /// is among those that are `open`.
    std::optional<Substitution> bind(const Fragment& fragment, const Expr& call,
                                     const std::vector<const Fragment*>& open) const;
    /// False, with an error, when a loop variable would hide a declaration or one of the `others`.
    bool is_free(const Name& variable, const std::vector<Name>& others) const;

  private:
    void report_hidden(const Name& name, Span other) const;
    void check_parameters(const Fragment& fragment) const;
    void report_recursion(const Fragment& fragment, const Expr& call,
                          const std::vector<const Fragment*>& open) const;
    std::optional<std::size_t> parameter_of(const Fragment& fragment, const Expr& call,
                                            std::size_t argument) const;

    const Evaluator& evaluator_;
    Diagnostics& diagnostics_;
    std::map<std::string_view, const Fragment*> by_name_;
};

}  // namespace igvm::spec
