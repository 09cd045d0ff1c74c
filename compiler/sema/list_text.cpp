#include "sema/list_text.hpp"

#include <fmt/format.h>

#include "sema/functions.hpp"
#include "syntax/parse.hpp"

namespace igvm::spec {
namespace {

using Parsed = tl::expected<Value, std::string>;

Parsed literal(const Expr& expr);

Parsed list(const Expr& expr) {
    List elements;
    for (const ExprPtr& operand : expr.operands) {
        auto element = literal(*operand);
        if (!element) return element;
        elements.push_back(*std::move(element));
    }
    return Value{std::move(elements), {}};
}

Parsed literal(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::kInteger:
            return Value{expr.integer, {}};
        case ExprKind::kBool:
            return Value{expr.integer != 0, {}};
        case ExprKind::kString:
            return Value{expr.text, {}};
        case ExprKind::kHex:
            return Call::result({expr.text.begin(), expr.text.end()});
        case ExprKind::kList:
            return list(expr);
        default:
            return tl::unexpected<std::string>(
                "a list of the command line holds integers, bools, strings, hex\"…\" and lists alone");
    }
}

/// The expression, as the value of a declaration; null when the text is something else.
const Expr* only_value(const Tree& tree) {
    const bool more = tree.declarations.size() != 1 || !tree.includes.empty() || !tree.fragments.empty() ||
                      !tree.blocks.empty() || !tree.assertions.empty() || !tree.expects.empty();
    return more ? nullptr : tree.declarations.front().value.get();
}

}  // namespace

Parsed parse_list(std::string_view text) {
    Sources sources;
    Diagnostics diagnostics;
    const auto file = sources.add("list", fmt::format("igvmspec 1;\nconst list = {}\n;\n", text));
    if (!file) return tl::unexpected(file.error().detail);
    const Tree tree = parse(sources, *file, diagnostics);
    if (diagnostics.has_errors()) return tl::unexpected(diagnostics.kept().front().message);
    const Expr* value = only_value(tree);
    if (value == nullptr || value->kind != ExprKind::kList)
        return tl::unexpected<std::string>("it is not a list such as [1, 2]");
    return list(*value);
}

}  // namespace igvm::spec
