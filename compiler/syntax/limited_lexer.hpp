// The lexer with an end.
#pragma once

#include <antlr4-runtime.h>

#include <cstddef>
#include <memory>

#include "IgvmSpecLexer.h"

namespace igvm::spec {

inline constexpr std::size_t kMaxTokens = 3'000'000;

/// Ends the text early when it has too many tokens.
class LimitedLexer : public grammar::IgvmSpecLexer {
  public:
    using IgvmSpecLexer::IgvmSpecLexer;
    bool too_many() const { return count_ > kMaxTokens; }

    std::unique_ptr<antlr4::Token> nextToken() override {
        if (++count_ > kMaxTokens) hitEOF = true;
        return IgvmSpecLexer::nextToken();
    }

  private:
    std::size_t count_ = 0;
};

}  // namespace igvm::spec
