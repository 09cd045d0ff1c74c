#include "syntax/nesting.hpp"

#include "IgvmSpecLexer.h"
#include "syntax/parse.hpp"

namespace igvm::spec {
namespace {

using Lexer = grammar::IgvmSpecLexer;

/// Counts what the parser recurses on. Binary operators and suffixes are flat lists to it.
class Nesting {
  public:
    /// Takes the next token; gives the depth after it.
    int take(std::size_t type) {
        switch (type) {
            case Lexer::LBRACE:
            case Lexer::LPAREN:
            case Lexer::LBRACKET:
                open(type);
                break;
            case Lexer::RPAREN:
                close(Lexer::LPAREN);
                break;
            case Lexer::RBRACKET:
                close(Lexer::LBRACKET);
                break;
            case Lexer::RBRACE:
                leave_brackets(), close(Lexer::LBRACE), separate();
                break;
            case Lexer::SEMI:
                leave_brackets(), separate();
                break;
            case Lexer::COMMA:
                separate();
                break;
            default:
                take_word(type);
        }
        if (type != Lexer::DOC && type != Lexer::COMMENT) after_operand_ = ends_operand(type);
        return depth_;
    }

  private:
    struct Level {
        std::size_t bracket;
        int signs;       ///< unary operators of the operand at hand
        int conditions;  ///< since the last separator
    };

    static bool is_operator(std::size_t type) { return type >= Lexer::OR && type <= Lexer::TILDE; }
    static bool ends_operand(std::size_t type) {
        const bool opens_or_parts = (type >= Lexer::LBRACE && type <= Lexer::QUESTION) &&
                                    type != Lexer::RPAREN && type != Lexer::RBRACKET;
        return !is_operator(type) && !opens_or_parts;
    }
    void take_word(std::size_t type) {
        Level& level = levels_.back();
        if (type == Lexer::QUESTION) {
            leave_operand();
            ++level.conditions, ++depth_;
        } else if (is_operator(type) && after_operand_) {
            leave_operand();
        } else if (is_operator(type)) {
            ++level.signs, ++depth_;
        }
    }
    void leave_operand() {
        depth_ -= levels_.back().signs;
        levels_.back().signs = 0;
    }
    void separate() {
        leave_operand();
        depth_ -= levels_.back().conditions;
        levels_.back().conditions = 0;
    }
    void open(std::size_t bracket) { levels_.push_back({bracket, 0, 0}), ++depth_; }
    void close(std::size_t bracket) {
        if (levels_.back().bracket != bracket) return;
        separate();
        levels_.pop_back();
        --depth_;
    }
    void leave_brackets() {
        while (levels_.back().bracket == Lexer::LPAREN || levels_.back().bracket == Lexer::LBRACKET) {
            close(levels_.back().bracket);
        }
    }

    std::vector<Level> levels_{{antlr4::Token::EOF, 0, 0}};
    int depth_ = 0;
    bool after_operand_ = false;
};

}  // namespace

antlr4::Token* first_too_deep(const std::vector<antlr4::Token*>& tokens) {
    Nesting nesting;
    for (antlr4::Token* token : tokens) {
        if (nesting.take(token->getType()) > kMaxNesting) return token;
    }
    return nullptr;
}

}  // namespace igvm::spec
