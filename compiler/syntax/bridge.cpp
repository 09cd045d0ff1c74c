#include "syntax/bridge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "IgvmSpecLexer.h"
#include "syntax/literal.hpp"
#include "syntax/parse.hpp"
#include "syntax/precedence.hpp"

namespace igvm::spec {
namespace {

using Lexer = grammar::IgvmSpecLexer;
using Parser = grammar::IgvmSpecParser;

ExprPtr make(ExprKind kind, Span span, std::string text = {}) {
    auto expr = std::make_unique<Expr>();
    expr->kind = kind;
    expr->span = span;
    expr->text = std::move(text);
    return expr;
}

void add_operand(Expr& expr, ExprPtr operand) {
    expr.height = std::max(expr.height, operand->height + 1);
    expr.operands.push_back(std::move(operand));
}

template <typename... Operands>
ExprPtr make_over(ExprKind kind, Span span, Operands... operands) {
    auto expr = make(kind, span);
    (add_operand(*expr, std::move(operands)), ...);
    return expr;
}

class Bridge {
  public:
    Bridge(antlr4::CommonTokenStream& tokens, const TokenPlaces& places, Diagnostics& diagnostics)
        : tokens_(tokens), places_(places), diagnostics_(diagnostics) {}

    Tree file(Parser::FileContext* context);

  private:
    void version(Tree& tree, Parser::VersionContext* context);
    void item(Tree& tree, Parser::ItemContext* context);
    void include(Tree& tree, Parser::IncludeContext* context);
    void declaration(Tree& tree, Parser::DeclarationContext* context);
    Assertion assertion(Parser::AssertionContext* context);
    void fragment(Tree& tree, Parser::FragmentItemContext* context);
    Expect expectation(Parser::ExpectationContext* context);
    Block block(antlr4::ParserRuleContext* context, Name kind, Parser::BlockNameContext* name,
                Parser::ScopeContext* scope, Parser::BodyContext* body);
    Entries entries(Parser::BodyContext* body);
    void add(Entries& entries, antlr4::tree::ParseTree* child);
    void entry(Entries& entries, Parser::EntryContext* context);
    void use(Entries& entries, Parser::UseContext* context);
    void when(Entries& entries, Parser::WhenContext* context);
    void otherwise(When& when, Parser::OtherwiseContext* context);
    void loop(Entries& entries, Parser::LoopContext* context);

    ExprPtr expr(Parser::ExprContext* context);
    ExprPtr binary(Parser::BinaryContext* context);
    ExprPtr joined(ExprPtr left, antlr4::Token* op, ExprPtr right);
    ExprPtr unary(Parser::UnaryContext* context);
    ExprPtr postfix(Parser::PostfixContext* context);
    ExprPtr suffixed(ExprPtr base, Parser::SuffixContext* context);
    ExprPtr call(ExprPtr callee, Parser::ArgumentsContext* context);
    void argument(Expr& call, Parser::ArgumentContext* context);
    ExprPtr primary(Parser::PrimaryContext* context);
    ExprPtr number(Span span);
    ExprPtr quoted(ExprKind kind, Span span);
    ExprPtr list(Parser::ListContext* context);

    Name name(antlr4::ParserRuleContext* context) const;
    Scope scope(Parser::ScopeContext* context) const;
    std::string doc(antlr4::ParserRuleContext* context) const;
    std::string text(Span span) const { return std::string(places_.text(span)); }
    /// The expression, or poison when its operands are nested too deeply.
    ExprPtr limited(ExprPtr expr);
    ExprPtr poison(antlr4::ParserRuleContext* context) const {
        return make(ExprKind::kPoison, places_.of(context));
    }

    antlr4::CommonTokenStream& tokens_;
    const TokenPlaces& places_;
    Diagnostics& diagnostics_;
    bool too_deep_ = false;  ///< and reported
};

Name Bridge::name(antlr4::ParserRuleContext* context) const {
    const Span span = places_.of(context);
    return {text(span), span};
}

Scope Bridge::scope(Parser::ScopeContext* context) const {
    Scope names;
    if (!context) return names;
    for (auto* one : context->name()) names.push_back(name(one));
    return names;
}

/// The text of the `///` lines right before an item, one line each.
std::string Bridge::doc(antlr4::ParserRuleContext* context) const {
    std::string doc;
    for (antlr4::Token* line :
         tokens_.getHiddenTokensToLeft(context->getStart()->getTokenIndex(), Lexer::DOC_CHANNEL)) {
        std::string_view words = places_.text(places_.of(line)).substr(3);
        if (words.starts_with(' ')) words.remove_prefix(1);
        if (!doc.empty()) doc += '\n';
        doc += words;
    }
    return doc;
}

Tree Bridge::file(Parser::FileContext* context) {
    Tree tree;
    if (auto* first = context->version()) version(tree, first);
    for (auto* one : context->item()) item(tree, one);
    return tree;
}

void Bridge::version(Tree& tree, Parser::VersionContext* context) {
    tree.version_span = places_.of(context);
    if (!context->NUMBER()) return;
    if (const auto value = read_number(text(places_.of(context->NUMBER()->getSymbol()))))
        tree.version = *value;
}

void Bridge::item(Tree& tree, Parser::ItemContext* context) {
    if (auto* one = context->include()) include(tree, one);
    if (auto* one = context->declaration()) declaration(tree, one);
    if (auto* one = context->assertion()) tree.assertions.push_back(assertion(one));
    if (auto* one = context->expectation()) tree.expects.push_back(expectation(one));
    if (auto* one = context->fragmentItem()) fragment(tree, one);
    if (auto* one = context->block(); one && one->body()) {
        tree.blocks.push_back(block(one, {one->IDENT()->getText(), places_.of(one->IDENT()->getSymbol())},
                                    one->blockName(), one->scope(), one->body()));
    }
}

void Bridge::include(Tree& tree, Parser::IncludeContext* context) {
    if (!context->STRING()) return;
    const Span span = places_.of(context->STRING()->getSymbol());
    if (const ExprPtr path = quoted(ExprKind::kString, span); path->kind == ExprKind::kString) {
        tree.includes.push_back({path->text, span});
    }
}

void Bridge::declaration(Tree& tree, Parser::DeclarationContext* context) {
    if (context->name().empty()) return;
    Declaration declaration;
    declaration.kind = context->CONST()   ? Declaration::Kind::kConst
                       : context->PARAM() ? Declaration::Kind::kParam
                                          : Declaration::Kind::kInput;
    declaration.name = name(context->name(0));
    if (auto* type = context->name(1)) declaration.type = name(type);
    if (context->expr()) declaration.value = expr(context->expr());
    if (!declaration.value && (context->CONST() || context->exception)) declaration.value = poison(context);
    declaration.doc = doc(context);
    declaration.span = places_.of(context);
    tree.declarations.push_back(std::move(declaration));
}

Assertion Bridge::assertion(Parser::AssertionContext* context) {
    Assertion assertion;
    assertion.span = places_.of(context);
    assertion.condition = context->expr().empty() ? poison(context) : expr(context->expr(0));
    if (context->expr().size() > 1) assertion.message = expr(context->expr(1));
    return assertion;
}

Expect Bridge::expectation(Parser::ExpectationContext* context) {
    const Span word = places_.of(context->EXPECT()->getSymbol());
    if (!context->arguments()) return {poison(context)};
    return {call(make(ExprKind::kName, word, text(word)), context->arguments())};
}

void Bridge::fragment(Tree& tree, Parser::FragmentItemContext* context) {
    if (context->name().empty() || !context->body()) return;
    Fragment fragment;
    for (auto* one : context->name()) fragment.parameters.push_back(name(one));
    fragment.name = std::move(fragment.parameters.front());
    fragment.parameters.erase(fragment.parameters.begin());
    fragment.body = entries(context->body());
    fragment.doc = doc(context);
    tree.fragments.push_back(std::move(fragment));
}

Block Bridge::block(antlr4::ParserRuleContext* context, Name kind, Parser::BlockNameContext* name_context,
                    Parser::ScopeContext* scope_context, Parser::BodyContext* body) {
    Block block;
    block.span = kind.span;
    if (name_context) {
        block.name = name(name_context);
        block.span = join(block.span, block.name->span);
    }
    block.scope = scope(scope_context);
    if (!block.scope.empty()) block.span = join(block.span, block.scope.back().span);
    block.kind = std::move(kind);
    block.doc = doc(context);
    const Span span = places_.of(body);
    block.end =
        body->RBRACE() ? places_.of(body->RBRACE()->getSymbol()) : Span{span.end, span.end, span.file};
    block.entries = entries(body);
    return block;
}

Entries Bridge::entries(Parser::BodyContext* body) {
    Entries entries;
    for (antlr4::tree::ParseTree* child : body->children) add(entries, child);
    return entries;
}

void Bridge::add(Entries& entries, antlr4::tree::ParseTree* child) {
    if (auto* one = dynamic_cast<Parser::EntryContext*>(child)) entry(entries, one);
    if (auto* one = dynamic_cast<Parser::AssertionContext*>(child)) entries.emplace_back(assertion(one));
    if (auto* one = dynamic_cast<Parser::ExpectationContext*>(child)) entries.emplace_back(expectation(one));
    if (auto* one = dynamic_cast<Parser::UseContext*>(child)) use(entries, one);
    if (auto* one = dynamic_cast<Parser::WhenContext*>(child)) when(entries, one);
    if (auto* one = dynamic_cast<Parser::LoopContext*>(child)) loop(entries, one);
}

void Bridge::entry(Entries& entries, Parser::EntryContext* context) {
    if (!context->IDENT() && !context->entryWord()) return;
    const Span place = places_.of(context->getStart());
    Name word{text(place), place};
    if (auto* body = context->body()) {
        entries.emplace_back(std::make_unique<Block>(
            block(context, std::move(word), context->blockName(), context->scope(), body)));
        return;
    }
    auto* value = context->value();
    if (context->blockName() && !value) return;
    Attribute attribute;
    attribute.scope = scope(context->scope());
    attribute.value = value && value->expr() ? expr(value->expr()) : poison(context);
    attribute.span = places_.of(context);
    if (context->blockName()) {
        entries.emplace_back(std::make_unique<Field>(Field{std::move(word), name(context->blockName()),
                                                           std::move(attribute.scope),
                                                           std::move(attribute.value), attribute.span}));
        return;
    }
    attribute.name = std::move(word);
    entries.emplace_back(std::move(attribute));
}

void Bridge::use(Entries& entries, Parser::UseContext* context) {
    if (!context->name() || !context->arguments()) return;
    const Span span = places_.of(context->name());
    entries.emplace_back(Use{call(make(ExprKind::kName, span, text(span)), context->arguments())});
}

void Bridge::when(Entries& entries, Parser::WhenContext* context) {
    auto when = std::make_unique<When>();
    when->branches.push_back({context->expr() ? expr(context->expr()) : poison(context),
                              context->body() ? this->entries(context->body()) : Entries()});
    for (auto* one : context->otherwise()) otherwise(*when, one);
    entries.emplace_back(std::move(when));
}

void Bridge::otherwise(When& when, Parser::OtherwiseContext* context) {
    if (!context->body()) return;
    if (!when.branches.back().condition) {
        diagnostics_.error(Code::kSyntax, places_.of(context->ELSE()->getSymbol()),
                           "nothing comes after the 'else' without condition");
        return;
    }
    When::Branch branch;
    if (context->WHEN()) branch.condition = context->expr() ? expr(context->expr()) : poison(context);
    branch.body = entries(context->body());
    when.branches.push_back(std::move(branch));
}

void Bridge::loop(Entries& entries, Parser::LoopContext* context) {
    if (!context->name() || !context->body()) return;
    auto loop = std::make_unique<For>();
    loop->variable = name(context->name());
    loop->first = context->expr(0) ? expr(context->expr(0)) : poison(context);
    if (context->DOT_DOT()) loop->last = context->expr(1) ? expr(context->expr(1)) : poison(context);
    loop->body = this->entries(context->body());
    const Expr& end = loop->last ? *loop->last : *loop->first;
    loop->span = join(places_.of(context->FOR()->getSymbol()), end.span);
    entries.emplace_back(std::move(loop));
}

ExprPtr Bridge::limited(ExprPtr expr) {
    if (expr->height <= kMaxNesting) return expr;
    if (!std::exchange(too_deep_, true))
        diagnostics_.error(Code::kNesting, expr->span,
                           fmt::format("more than {} operators stand in one another here", kMaxNesting),
                           "give a part of it a name with 'const'");
    return make(ExprKind::kPoison, expr->span);
}

ExprPtr Bridge::expr(Parser::ExprContext* context) {
    ExprPtr value = context->binary() ? binary(context->binary()) : poison(context);
    if (!context->QUESTION()) return value;
    ExprPtr yes = context->expr(0) ? expr(context->expr(0)) : poison(context);
    ExprPtr no = context->expr(1) ? expr(context->expr(1)) : poison(context);
    return limited(make_over(ExprKind::kConditional, places_.of(context), std::move(value), std::move(yes),
                             std::move(no)));
}

/// `left op right`; a chain of one operator is one expression.
ExprPtr Bridge::joined(ExprPtr left, antlr4::Token* op, ExprPtr right) {
    const Span place = places_.of(op);
    const Span span = join(left->span, right->span);
    if (left->kind == ExprKind::kBinary && left->text == places_.text(place)) {
        left->span = span;
        add_operand(*left, std::move(right));
        return limited(std::move(left));
    }
    ExprPtr result = make_over(ExprKind::kBinary, span, std::move(left), std::move(right));
    result->text_span = place;
    result->text = text(place);
    return limited(std::move(result));
}

/// Operator precedence over the flat list: reduces what binds at least as tightly as the operator that comes.
ExprPtr Bridge::binary(Parser::BinaryContext* context) {
    std::vector<ExprPtr> operands;
    std::vector<antlr4::Token*> pending;
    const auto level_of = [&](antlr4::Token* op) { return precedence_of(places_.text(places_.of(op))); };
    const auto reduce_down_to = [&](int level) {
        while (!pending.empty() && level_of(pending.back()) >= level) {
            ExprPtr right = std::move(operands.back());
            operands.pop_back();
            operands.back() = joined(std::move(operands.back()), pending.back(), std::move(right));
            pending.pop_back();
        }
    };
    const auto terms = context->unary();
    const auto operators = context->binaryOperator();
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (i > 0) {
            reduce_down_to(level_of(operators[i - 1]->getStart()));
            pending.push_back(operators[i - 1]->getStart());
        }
        operands.push_back(unary(terms[i]));
    }
    if (operands.empty()) return poison(context);
    reduce_down_to(0);
    return std::move(operands.front());
}

ExprPtr Bridge::unary(Parser::UnaryContext* context) {
    if (context->postfix()) return postfix(context->postfix());
    if (!context->unary()) return poison(context);
    ExprPtr result = make_over(ExprKind::kUnary, places_.of(context), unary(context->unary()));
    result->text_span = places_.of(context->getStart());
    result->text = text(result->text_span);
    return limited(std::move(result));
}

ExprPtr Bridge::postfix(Parser::PostfixContext* context) {
    ExprPtr value = context->primary() ? primary(context->primary()) : poison(context);
    for (auto* suffix : context->suffix()) value = suffixed(std::move(value), suffix);
    return value;
}

ExprPtr Bridge::suffixed(ExprPtr base, Parser::SuffixContext* context) {
    if (context->arguments()) return call(std::move(base), context->arguments());
    const Span span = join(base->span, places_.of(context));
    if (context->LBRACKET()) {
        ExprPtr index = context->expr() ? expr(context->expr()) : poison(context);
        return limited(make_over(ExprKind::kIndex, span, std::move(base), std::move(index)));
    }
    if (!context->name() || context->name()->exception) return poison(context);
    ExprPtr member = make_over(ExprKind::kMember, span, std::move(base));
    member->text_span = places_.of(context->name());
    member->text = text(member->text_span);
    return limited(std::move(member));
}

ExprPtr Bridge::call(ExprPtr callee, Parser::ArgumentsContext* context) {
    const Span span = join(callee->span, places_.of(context));
    ExprPtr call = make_over(ExprKind::kCall, span, std::move(callee));
    for (auto* one : context->argument()) argument(*call, one);
    return limited(std::move(call));
}

void Bridge::argument(Expr& call, Parser::ArgumentContext* context) {
    ExprPtr value = context->expr(0) ? expr(context->expr(0)) : poison(context);
    Name name;
    if (context->ASSIGN()) {
        if (value->kind == ExprKind::kName) {
            name = {value->text, value->span};
        } else if (value->kind != ExprKind::kPoison) {
            diagnostics_.error(Code::kSyntax, value->span, "expected the name of an argument before '='");
        }
        value = context->expr(1) ? expr(context->expr(1)) : poison(context);
    }
    add_operand(call, std::move(value));
    call.argument_names.push_back(std::move(name));
}

ExprPtr Bridge::primary(Parser::PrimaryContext* context) {
    const Span span = places_.of(context);
    if (context->NUMBER()) return number(span);
    if (context->STRING()) return quoted(ExprKind::kString, span);
    if (context->HEX()) return quoted(ExprKind::kHex, span);
    if (context->TRUE() || context->FALSE()) {
        ExprPtr value = make(ExprKind::kBool, span);
        value->integer = context->TRUE() ? 1 : 0;
        return value;
    }
    if (context->name()) return make(ExprKind::kName, span, text(span));
    if (context->list()) return list(context->list());
    ExprPtr inner = context->expr() ? expr(context->expr()) : poison(context);
    inner->bracketed = true;
    return inner;
}

ExprPtr Bridge::number(Span span) {
    const auto value = read_number(places_.text(span));
    if (!value) {
        diagnostics_.error(Code::kBadNumber, span, value.error().message, value.error().help);
        return make(ExprKind::kPoison, span);
    }
    ExprPtr number = make(ExprKind::kInteger, span, text(span));
    number->integer = *value;
    return number;
}

ExprPtr Bridge::quoted(ExprKind kind, Span span) {
    const std::string_view all = places_.text(span);
    const std::size_t opening = all.find('"') + 1;
    const std::string_view inside = all.substr(opening, all.size() - opening - 1);
    auto value = kind == ExprKind::kHex ? read_hex(inside) : read_string(inside);
    if (value) return make(kind, span, std::move(*value));
    const auto at = static_cast<std::uint32_t>(span.begin + opening + value.error().offset);
    diagnostics_.error(Code::kBadString, {at, std::min(at + 2, span.end), span.file}, value.error().message,
                       value.error().help);
    return make(ExprKind::kPoison, span);
}

ExprPtr Bridge::list(Parser::ListContext* context) {
    ExprPtr list = make(ExprKind::kList, places_.of(context));
    for (auto* one : context->expr()) add_operand(*list, expr(one));
    return limited(std::move(list));
}

}  // namespace

Tree to_tree(Parser::FileContext* file, antlr4::CommonTokenStream& tokens, const TokenPlaces& places,
             Diagnostics& diagnostics) {
    return Bridge(tokens, places, diagnostics).file(file);
}

}  // namespace igvm::spec
