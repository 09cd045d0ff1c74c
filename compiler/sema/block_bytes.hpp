// `registers` blocks: the bytes that their names stand for.
#pragma once

#include <cstdint>
#include <optional>

#include "sema/binding.hpp"

namespace igvm::spec {

/// Bytes of the encoded registers on a platform; nothing after an error was reported.
std::optional<std::uint64_t> registers_size(Binding& binding, const BoundBlock& block,
                                            PlatformIndex platform);

/// The bytes, or poison after an error was reported.
Value registers_contents(Binding& binding, const BoundBlock& block, PlatformIndex platform);

/// Computes the bytes on every platform, for the errors that they may have.
void check_registers(Binding& binding, const BoundBlock& block);

}  // namespace igvm::spec
