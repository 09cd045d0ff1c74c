// Syntax errors where they are, in the words of the language.
#pragma once

#include <antlr4-runtime.h>

#include <cstddef>
#include <optional>

#include "diagnose/diagnostic.hpp"
#include "syntax/token_places.hpp"

namespace igvm::spec {

/// Reports to Diagnostics. Inserts a missing ';', ')' or ']' where what follows fits; otherwise gives up the
/// statement and goes on after it. Never takes a ';' or '}' for something to delete, so one slip gives one
/// error.
class ErrorStrategy : public antlr4::DefaultErrorStrategy {
  public:
    /// More errors than this end the parse with ParseCancellationException: it is not a spec.
    static constexpr std::size_t kMaxErrors = 1000;

    ErrorStrategy(const TokenPlaces& places, Diagnostics& diagnostics)
        : places_(places), diagnostics_(diagnostics) {}

    void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
    void recover(antlr4::Parser* parser, std::exception_ptr error) override;
    void sync(antlr4::Parser* parser) override;

  protected:
    void reportMissingToken(antlr4::Parser* parser) override;
    bool singleTokenInsertion(antlr4::Parser* parser) override;
    antlr4::Token* singleTokenDeletion(antlr4::Parser* parser) override;

  private:
    void report(antlr4::Parser* parser, antlr4::Token* found, const antlr4::misc::IntervalSet& expected);
    Diagnostic unexpected(antlr4::Parser* parser, antlr4::Token* found,
                          const antlr4::misc::IntervalSet& expected) const;

    /// A brace that has no partner, when the partner may stand in a literal that is not closed.
    bool follows_from_swallowed_brace(antlr4::Parser* parser, antlr4::Token* found);

    const TokenPlaces& places_;
    Diagnostics& diagnostics_;
    std::size_t errors_ = 0;
    std::optional<bool> brace_swallowed_;  ///< once it was asked
};

}  // namespace igvm::spec
