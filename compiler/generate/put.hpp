// Little-endian writes into a context under construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "igvm/wire.hpp"

namespace igvm::spec::generate {

/// Stores the low `width` bytes of `value`. The table of registers keeps offset + width inside `bytes`.
inline void put(std::span<std::uint8_t> bytes, std::size_t offset, std::size_t width, std::uint64_t value) {
    const U64 wire = value;
    std::memcpy(bytes.subspan(offset, width).data(), &wire, width);
}

}  // namespace igvm::spec::generate
