// A text parsed for a test.
#pragma once

#include <string>
#include <utility>

#include "diagnose/render.hpp"
#include "syntax/parse.hpp"

namespace igvm::spec {

struct Parsed {
    explicit Parsed(std::string text) {
        file = sources.add("t.igvmspec", std::move(text)).value();
        tree = parse(sources, file, diagnostics);
    }

    /// All kept diagnostics as caret text.
    std::string errors() const {
        std::string text;
        for (const Diagnostic& one : diagnostics.kept()) text += render_text(sources, one);
        return text;
    }

    Sources sources;
    FileId file = 0;
    Diagnostics diagnostics;
    Tree tree;
};

/// The expression in prefix form: "(+ 1 2)".
inline std::string prefix_form(const Expr& expr) {
    switch (expr.kind) {
        case ExprKind::kPoison:
            return "poison";
        case ExprKind::kInteger:
            return std::to_string(expr.integer);
        case ExprKind::kBool:
            return expr.integer ? "true" : "false";
        case ExprKind::kString:
            return '"' + expr.text + '"';
        case ExprKind::kName:
            return expr.text;
        default:
            break;
    }
    static constexpr const char* kForms[] = {"",      "",       "",       "",       "hex",   "",    "list",
                                             "unary", "binary", "choose", "member", "index", "call"};
    const bool is_operator = expr.kind == ExprKind::kUnary || expr.kind == ExprKind::kBinary;
    std::string form = is_operator ? expr.text : kForms[static_cast<int>(expr.kind)];
    if (expr.kind == ExprKind::kMember) form += " ." + expr.text;
    for (std::size_t i = 0; i < expr.operands.size(); ++i) {
        form += ' ';
        if (i > 0 && i <= expr.argument_names.size() && !expr.argument_names[i - 1].text.empty()) {
            form += expr.argument_names[i - 1].text + '=';
        }
        form += prefix_form(*expr.operands[i]);
    }
    return '(' + form + ')';
}

}  // namespace igvm::spec
