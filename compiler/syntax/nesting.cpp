#include "syntax/nesting.hpp"

#include "IgvmSpecLexer.h"
#include "syntax/parse.hpp"

namespace igvm::spec {
namespace {

using Lexer = grammar::IgvmSpecLexer;

class Nesting {
  public:
    /// Takes the next token; gives the depth after it.
    int take(std::size_t type) {
        switch (type) {
            case Lexer::LBRACE:
                open(type);
                break;
            case Lexer::LPAREN:
            case Lexer::LBRACKET:
                add(1), open(type);
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
                add(is_operator(type) ? 1 : 0);
        }
        return depth_;
    }

  private:
    struct Level {
        std::size_t bracket;
        int pending;  ///< operators since the last separator
    };

    static bool is_operator(std::size_t type) {
        return (type >= Lexer::OR && type <= Lexer::TILDE) || type == Lexer::DOT || type == Lexer::QUESTION ||
               type == Lexer::COLON;
    }
    void add(int operators) { levels_.back().pending += operators, depth_ += operators; }
    void separate() { add(-levels_.back().pending); }
    void open(std::size_t bracket) { levels_.push_back({bracket, 0}), ++depth_; }
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

    std::vector<Level> levels_{{antlr4::Token::EOF, 0}};
    int depth_ = 0;
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
