// How the writer of a file laid out its data.
#pragma once

#include <cstdint>
#include <optional>

#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

/// Payloads in the order of use.
struct DataLayout {
    bool share = true;       ///< equal payloads are stored once, where the first is used
    std::uint32_t unit = 1;  ///< payloads take a multiple of this many bytes
};

/// Nothing for any other layout: holes, another order, payloads that overlap, bytes that nothing refers to.
/// Linear in the headers and the data that differs.
std::optional<DataLayout> data_layout(const Image& image);

/// The byte that fills most of the headers up to 8; 0 when none is filled.
std::uint8_t padding_byte(const Image& image);

/// What stands between the fixed header and the others.
Bytes gap(const Image& image);

/// The data section, to the end of the file.
Bytes data_section(const Image& image);

}  // namespace igvm::spec::decompiler
