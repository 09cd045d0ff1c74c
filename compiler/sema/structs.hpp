// Structs: their layout, which is known without their contents, and their bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "sema/binding.hpp"

namespace igvm::spec {

/// Bytes of the struct on a platform; nothing after an error was reported.
std::optional<std::uint64_t> struct_size(Binding& binding, const BoundBlock& block, PlatformIndex platform);

/// The bytes, or poison after an error was reported.
Value struct_contents(Binding& binding, const BoundBlock& block, PlatformIndex platform);

/// Where the field begins; `index`, such as "[2]", is that of a field in an iteration. Poison after an error
/// was reported.
Value field_offset(Binding& binding, const BoundBlock& block, const Name& field, std::string_view index,
                   PlatformIndex platform);

/// Computes the bytes on every platform, for the errors that they may have.
void check_struct(Binding& binding, const BoundBlock& block);

}  // namespace igvm::spec
