// How deep the text nests, judged on tokens before anything recurses.
#pragma once

#include <antlr4-runtime.h>

#include <vector>

namespace igvm::spec {

/// The first token that would open more than kMaxNesting brackets, signs and conditions, or null. A sign
/// stays open until its operand ends, a condition until the next separator; what follows a stray bracket is
/// counted as the parser would nest it.
antlr4::Token* first_too_deep(const std::vector<antlr4::Token*>& tokens);

}  // namespace igvm::spec
