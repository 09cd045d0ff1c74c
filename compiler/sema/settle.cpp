// Chains of constants, evaluated from their far end: their length costs no machine stack.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "sema/evaluator_state.hpp"

namespace igvm::spec {
namespace {

/// Functions that evaluate all of their arguments.
constexpr std::array<std::string_view, 4> kOfValues{"align_up", "align_down", "min", "max"};

/// The operands that the value needs in any case: those from `first` up to, without, `last`.
struct Needed {
    std::size_t first = 0;
    std::size_t last = 0;
};

Needed needed_operands(const Expr& expr) {
    const std::size_t all = expr.operands.size();
    switch (expr.kind) {
        case ExprKind::kUnary:
        case ExprKind::kList:
        case ExprKind::kIndex:
        case ExprKind::kMember:
            return {0, all};
        case ExprKind::kBinary:
            return {0, expr.text == "&&" || expr.text == "||" ? 1 : all};
        case ExprKind::kConditional:
            return {0, 1};
        case ExprKind::kCall:
            return {1, std::ranges::count(kOfValues, expr.operands[0]->text) != 0 ? all : 1};
        default:
            return {};
    }
}

/// A declaration on the way from the first one to what it waits for.
struct Step {
    Declared* one;
    std::vector<Declared*> needed;  ///< that are still to be looked at
    bool circular = false;
};

/// What is not known yet of the values that one declaration needs.
class Chain {
  public:
    Chain(Evaluator& evaluator, Evaluator::State& state, PlatformIndex platform)
        : evaluator_(evaluator), state_(state), platform_(platform) {}

    void settle(Declared& first) {
        enter(first);
        while (!path_.empty()) {
            Step& last = path_.back();
            if (last.needed.empty()) {
                leave();
                continue;
            }
            Declared& next = *last.needed.back();
            last.needed.pop_back();
            meet(next);
        }
    }

  private:
    void collect(const Expr& expr, std::vector<Declared*>& found) {
        if (expr.kind == ExprKind::kName) {
            if (Declared* one = state_.find(expr.text)) found.push_back(one);
            return;
        }
        const auto [first, last] = needed_operands(expr);
        for (std::size_t i = first; i < last; ++i) collect(*expr.operands[i], found);
    }

    /// The path stands on the stack, where the notes of a cycle come from.
    void enter(Declared& one) {
        const Declaration& declaration = *one.declaration;
        Step& step = path_.emplace_back(Step{&one, {}});
        if (declaration.kind != Declaration::Kind::kInput && !one.param && declaration.value)
            collect(*declaration.value, step.needed);
        met_.insert(&one);
        state_.stack.push_back({{&declaration, platform_},
                                fmt::format("'{}'", declaration.name.text),
                                declaration.value ? declaration.value->span : declaration.name.span,
                                {}});
    }

    /// The first one, and what is part of a cycle, is left to who asked.
    void leave() {
        const Step last = std::move(path_.back());
        path_.pop_back();
        state_.stack.pop_back();
        if (last.circular)
            state_.circular.insert({last.one->declaration, platform_});
        else if (!path_.empty())
            state_.value_of(evaluator_, *last.one, platform_);
    }

    void meet(Declared& next) {
        const auto known = state_.results.find({next.declaration, platform_});
        if (known != state_.results.end()) {
            if (!known->second) mark_circular(path_.begin());
        } else if (!met_.contains(&next)) {
            if (!state_.circular.contains({next.declaration, platform_})) enter(next);
        } else {
            mark_circular(std::ranges::find(path_, &next, &Step::one));
        }
    }

    void mark_circular(std::vector<Step>::iterator from) {
        for (; from != path_.end(); ++from) from->circular = true;
    }

    Evaluator& evaluator_;
    Evaluator::State& state_;
    PlatformIndex platform_;
    std::vector<Step> path_;
    std::set<const Declared*> met_;
};

}  // namespace

void Evaluator::State::settle(Evaluator& evaluator, Declared& first, PlatformIndex platform) {
    const Key key{first.declaration, platform};
    if (!results.contains(key) && !circular.contains(key)) Chain(evaluator, *this, platform).settle(first);
}

}  // namespace igvm::spec
