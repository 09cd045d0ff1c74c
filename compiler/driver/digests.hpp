// The digests that an image holds of itself.
#pragma once

#include <vector>

#include "igvm/image.hpp"
#include "igvm/measure.hpp"
#include "ir/ir.hpp"

namespace igvm::spec {

/// Writes the measured digests into the ID block and the VBS measurement of `file`, which `program` was
/// emitted as, and mends the checksum. Neither header is measured, so the digests stay true.
void fill_in_digests(const model::Image& image, const ir::Program& program,
                     const std::vector<Measurement>& measurements, std::vector<std::uint8_t>& file);

}  // namespace igvm::spec
