// Bits as the words of the schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "schema/schema.hpp"

namespace igvm::spec::decompiler {

/// "[rip, gdtr]"; nothing when a bit has no word.
std::optional<std::string> words_of(const schema::AttributeRow& row, std::uint64_t bits);

}  // namespace igvm::spec::decompiler
