// Copies of text that `for` and `use` repeat.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "diagnose/diagnostic.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// What stands for a loop variable or a parameter of a fragment.
struct Replacement {
    const Expr* value;
    bool in_place;  ///< messages point at the name that is replaced, not at the value
};
using Substitution = std::map<std::string_view, Replacement>;

/// Names, values and blocks that `for` and `use` may make.
inline constexpr std::uint64_t kMaxExpanded = 4'000'000;

/// What is left of kMaxExpanded.
class Budget {
  public:
    explicit Budget(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    /// False when that is too much, which is reported once, at `place`.
    bool take(std::uint64_t nodes, Span place);
    /// The same for text that comes with a name, a value or a block: only long text counts.
    bool take_text(std::size_t bytes, Span place);
    /// Nothing more is made, after another error.
    void stop() { stopped_ = true; }
    bool stopped() const { return stopped_; }

  private:
    Diagnostics& diagnostics_;
    std::uint64_t left_ = kMaxExpanded;
    bool stopped_ = false;
};

/// Copies text into one expansion. The spans of the text itself name that expansion; those of expressions put
/// in for a name stay as they are.
class Cloner {
  public:
    /// The text that is copied has `from` as its expansion; `place` is the `for` or `use`. Stops when the
    /// budget does.
    Cloner(ExpansionId from, ExpansionId to, Span place, const Substitution& values, Budget& budget,
           Diagnostics& diagnostics)
        : from_(from), to_(to), place_(place), values_(values), budget_(budget), diagnostics_(diagnostics) {}

    Entries entries(const Entries& entries);

  private:
    Entry entry(const Entry& entry);
    Attribute copy(const Attribute& attribute);
    Assertion copy(const Assertion& assertion);
    Expect copy(const Expect& expect);
    Use copy(const Use& use);
    std::unique_ptr<Field> copy(const std::unique_ptr<Field>& field);
    std::unique_ptr<Block> copy(const std::unique_ptr<Block>& block);
    std::unique_ptr<When> copy(const std::unique_ptr<When>& when);
    std::unique_ptr<For> copy(const std::unique_ptr<For>& loop);

    ExprPtr expr(const ExprPtr& expr);
    ExprPtr node(const Expr& expr, bool substitute);
    Span moved(Span span) const;
    /// The name, or the one that the argument of this name is.
    Name name(const Name& name);
    Name same(const Name& name);
    Scope scope(const Scope& scope);

    ExpansionId from_;
    ExpansionId to_;
    Span place_;
    const Substitution& values_;
    Budget& budget_;
    Diagnostics& diagnostics_;
    int depth_ = 0;
};

}  // namespace igvm::spec
