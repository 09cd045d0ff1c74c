// Kinds of pages by the words that `kind = …` has, as arguments of functions.
#pragma once

#include <optional>
#include <string_view>

#include "igvm/format.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {

/// "normal", "secrets", "cpuid", "cpuid_xf"; "unknown" for a number that the format does not know.
std::string_view page_kind_name(PageDataType type);

/// The kind that a string argument names; nothing after an error, which lists the kinds.
std::optional<PageDataType> page_kind(Call& call, std::size_t index);

}  // namespace igvm::spec
