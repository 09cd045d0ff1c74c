// What to do about a syntax error.
#pragma once

#include <antlr4-runtime.h>

#include <string>

namespace igvm::spec {

/// The line of help for an error at the token that comes next: about habits from other languages and words
/// that are nearly right. Empty when there is nothing to say.
std::string syntax_help(antlr4::Parser& parser);

}  // namespace igvm::spec
