#include "sema/fragments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/suggest.hpp"

namespace igvm::spec {

Fragments::Fragments(const std::vector<Tree*>& trees, const Evaluator& evaluator, Diagnostics& diagnostics)
    : evaluator_(evaluator), diagnostics_(diagnostics) {
    std::vector<Tree*> in_turn = trees;
    std::ranges::stable_sort(in_turn, {}, &Tree::turn);
    for (const Tree* tree : in_turn) {
        for (const Fragment& fragment : tree->fragments) {
            const auto [first, added] = by_name_.try_emplace(fragment.name.text, &fragment);
            if (!added) {
                diagnostics.report({Code::kDuplicateName,
                                    fragment.name.span,
                                    fmt::format("fragment '{}' is declared twice", fragment.name.text),
                                    {},
                                    {{first->second->name.span, "the first is here"}},
                                    "rename one of them"});
            }
            check_parameters(fragment);
        }
    }
}

void Fragments::check_parameters(const Fragment& fragment) const {
    std::vector<Name> before;
    for (const Name& parameter : fragment.parameters) {
        is_free(parameter, before);
        before.push_back(parameter);
    }
}

void Fragments::report_hidden(const Name& name, Span other) const {
    diagnostics_.report({Code::kDuplicateName,
                         name.span,
                         fmt::format("'{}' would hide another name", name.text),
                         {},
                         {{other, "it is declared here"}},
                         "rename one of them"});
}

bool Fragments::is_free(const Name& variable, const std::vector<Name>& others) const {
    const auto other = std::ranges::find(others, variable.text, &Name::text);
    if (other != others.end()) return report_hidden(variable, other->span), false;
    const Declaration* declaration = evaluator_.find_declaration(variable.text);
    if (declaration != nullptr) report_hidden(variable, declaration->name.span);
    return declaration == nullptr;
}

const Fragment* Fragments::find(const Expr& callee) const {
    const auto found = by_name_.find(callee.text);
    if (found != by_name_.end()) return found->second;
    std::vector<std::string_view> names;
    if (diagnostics_.keeps_more())
        for (const auto& [name, fragment] : by_name_) names.push_back(name);
    diagnostics_.error(Code::kUnknownName, callee.span, fmt::format("there is no fragment '{}'", callee.text),
                       did_you_mean(callee.text, names));
    return nullptr;
}

void Fragments::report_recursion(const Fragment& fragment, const Expr& call,
                                 const std::vector<const Fragment*>& open) const {
    std::string chain = fmt::format("'{}'", fragment.name.text);
    for (auto at = std::ranges::find(open, &fragment) + 1; at != open.end(); ++at)
        chain += fmt::format(" uses '{}', which", (*at)->name.text);
    diagnostics_.error(Code::kCycle, call.span, fmt::format("{} uses '{}'", chain, fragment.name.text),
                       "a fragment may not use itself; repeat with 'for'");
}

std::optional<std::size_t> Fragments::parameter_of(const Fragment& fragment, const Expr& call,
                                                   std::size_t argument) const {
    const Name& name = call.argument_names[argument - 1];
    if (name.text.empty()) {
        if (argument - 1 < fragment.parameters.size()) return argument - 1;
        diagnostics_.report(
            {Code::kWrongArgument,
             call.operands[argument]->span,
             fmt::format("fragment '{}' takes {} argument{}", fragment.name.text,
                         fragment.parameters.empty() ? "no" : std::to_string(fragment.parameters.size()),
                         fragment.parameters.size() == 1 ? "" : "s"),
             {},
             {{fragment.name.span, "it is declared here"}},
             {}});
        return std::nullopt;
    }
    std::vector<std::string_view> known;
    for (const Name& parameter : fragment.parameters) known.push_back(parameter.text);
    const auto found = std::ranges::find(known, std::string_view(name.text));
    if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
    diagnostics_.error(Code::kWrongArgument, name.span,
                       fmt::format("fragment '{}' has no parameter '{}'", fragment.name.text, name.text),
                       did_you_mean(name.text, known));
    return std::nullopt;
}

std::optional<Substitution> Fragments::bind(const Fragment& fragment, const Expr& call,
                                            const std::vector<const Fragment*>& open) const {
    if (std::ranges::find(open, &fragment) != open.end()) {
        report_recursion(fragment, call, open);
        return std::nullopt;
    }
    Substitution values;
    for (std::size_t i = 1; i < call.operands.size(); ++i) {
        const auto parameter = parameter_of(fragment, call, i);
        if (!parameter) return std::nullopt;
        const Name& name = fragment.parameters[*parameter];
        if (values.try_emplace(name.text, Replacement{call.operands[i].get(), false}).second) continue;
        diagnostics_.error(Code::kWrongArgument, call.operands[i]->span,
                           fmt::format("argument '{}' is given twice", name.text));
        return std::nullopt;
    }
    for (const Name& parameter : fragment.parameters) {
        if (values.contains(parameter.text)) continue;
        diagnostics_.report(
            {Code::kWrongArgument,
             call.span,
             fmt::format("argument '{}' of fragment '{}' is missing", parameter.text, fragment.name.text),
             {},
             {{parameter.span, "it is declared here"}},
             {}});
        return std::nullopt;
    }
    return values;
}

}  // namespace igvm::spec
