// IR to bytes.
#pragma once

#include "igvm/result.hpp"
#include "igvm/writer.hpp"
#include "ir/ir.hpp"

namespace igvm::spec {

/// Writes a program; every header and payload carries the name of the item it comes from, and platform
/// headers that of their section. Errors: kFileLimit, kInternal.
Result<WrittenFile> emit(const ir::Program& program, const model::Image& image);

}  // namespace igvm::spec
