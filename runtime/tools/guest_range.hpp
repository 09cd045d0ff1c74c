// Sizes, addresses and ranges of guest memory on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "igvm/loader.hpp"

namespace igvm::tools {

/// Decimal, or hexadecimal after 0x, with K, M, G or T (binary) behind it; nothing for other text and
/// overflow.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// BEGIN+SIZE, or BEGIN-END with END excluded; not empty.
std::optional<GpaRange> parse_range(std::string_view text);

/// A range, or RANGE:TYPE, with the types that `memory_type_name` gives; without one it is memory.
std::optional<MemoryMapEntry> parse_memory(std::string_view text);

/// "memory", "reserved", "persistent", "vtl2_protectable", "specific_purpose", "hidden".
std::string_view memory_type_name(MemoryType type);

}  // namespace igvm::tools
