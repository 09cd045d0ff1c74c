// The result codes of the C interface: which rule gives which, and their names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "igvm/describe.hpp"
#include "igvm/igvm.h"
#include "igvm/rule.hpp"

namespace igvm::c {

/// A breach of `rule` keeps a file from being opened with `code`. Nothing: with the code of the section in
/// which the header at fault stands.
struct RuleCode {
    Rule rule;
    std::optional<std::int32_t> code;
};

/// One row a rule that keeps a file from being opened, in the order in which files are judged: the first row
/// that a file breaks gives its code.
std::span<const RuleCode> rule_codes();

/// IGVMAPI_INVALID_BINARY_{PLATFORM,INITIALIZATION,DIRECTIVE}_HEADER.
std::int32_t code_of(Section section);

/// "IGVMAPI_…", or "unknown".
const char* code_name(std::int32_t code);

}  // namespace igvm::c
