// Bytes made to open as a file more often: few mutations would otherwise.
#pragma once

#include <cstring>
#include <vector>

#include "igvm/image.hpp"

namespace igvm::test {

/// The bytes with the size and the checksum that they should have as a file.
inline std::vector<std::uint8_t> sealed_copy(Bytes input) {
    std::vector<std::uint8_t> bytes(input.begin(), input.end());
    const auto put = [&](std::size_t offset, std::uint32_t value) {
        const U32 wire = value;
        if (bytes.size() >= sizeof(FixedHeader)) std::memcpy(bytes.data() + offset, &wire, sizeof wire);
    };
    put(offsetof(FixedHeader, total_file_size), static_cast<std::uint32_t>(bytes.size()));
    put(offsetof(FixedHeader, checksum), header_checksum(bytes).value_or(0));
    return bytes;
}

}  // namespace igvm::test
