// Names in expressions, looked at without all the values that they stand for.
#include <algorithm>
#include <set>

#include "sema/expressions.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

/// The expressions that a turn of a walk goes on with.
using Next = std::vector<const Expr*>;

void add_operands(const Expr& expr, Next& next) {
    const std::size_t first = expr.kind == ExprKind::kCall ? 1 : 0;
    for (std::size_t i = first; i < expr.operands.size(); ++i) next.push_back(expr.operands[i].get());
}

/// Visits expressions and all that `visit` goes on with, in the order of the text.
template <class Visit>
void walk(Next open, Visit visit) {
    std::ranges::reverse(open);
    while (!open.empty()) {
        const Expr& here = *open.back();
        open.pop_back();
        Next next;
        visit(here, next);
        open.insert(open.end(), next.rbegin(), next.rend());
    }
}

void resolve(const Context& context, const Expr& expr, Next& next) {
    if (expr.kind == ExprKind::kName) {
        const bool block = context.state.scope != nullptr && context.state.scope->knows(expr.text);
        if (!block && context.state.find(expr.text) == nullptr) unknown_name(context, expr);
        return;
    }
    if (expr.kind == ExprKind::kCall) {
        const Function* function = called_function(context, expr);
        if (function == nullptr ||
            !Call(context.evaluator, context.state, expr, *function, context.platform).bind())
            return;
    }
    add_operands(expr, next);
}

/// Follows expressions to what they use on one platform.
class MissingValues {
  public:
    explicit MissingValues(const Context& context) : context_(context) {}

    void visit(const Expr& expr, Next& next) {
        if (expr.kind == ExprKind::kName) return visit_name(expr, next);
        if (expr.kind == ExprKind::kConditional) return visit_conditional(expr, next);
        if (expr.kind == ExprKind::kBinary && (expr.text == "&&" || expr.text == "||"))
            return visit_short_circuit(expr, next);
        add_operands(expr, next);
    }

  private:
    void visit_name(const Expr& name, Next& next) {
        Declared* declared = context_.state.find(name.text);
        if (declared == nullptr || !seen_.insert(declared).second) return;
        const Declaration& declaration = *declared->declaration;
        const bool given = declared->param || declared->file;
        if (!given && declaration.value != nullptr)
            next.push_back(declaration.value.get());
        else if (!given)
            context_.state.miss(declaration);
    }

    void visit_conditional(const Expr& expr, Next& next) {
        next.push_back(expr.operands[0].get());
        if (const Expr* branch = context_.evaluator.chosen(expr, context_.platform)) next.push_back(branch);
    }

    void visit_short_circuit(const Expr& expr, Next& next) {
        next.push_back(expr.operands[0].get());
        const auto left = context_.evaluator.boolean(*expr.operands[0], context_.platform, "an operand");
        if (left && *left == (expr.text == "&&")) next.push_back(expr.operands[1].get());
    }

    const Context& context_;
    std::set<const Declared*> seen_;
};

}  // namespace

void Evaluator::report_missing(std::vector<const Expr*> exprs, PlatformIndex platform) {
    const Context context{*this, *state_, platform};
    MissingValues missing(context);
    walk(std::move(exprs), [&](const Expr& here, Next& next) { missing.visit(here, next); });
}

void Evaluator::check_unused() {
    const Context context{*this, *state_, 0};
    for (const Declared& one : state_->declared) {
        if (one.used || one.declaration->value == nullptr) continue;
        walk({one.declaration->value.get()},
             [&](const Expr& here, Next& next) { resolve(context, here, next); });
    }
}

}  // namespace igvm::spec
