// The evaluated blocks as text.
#pragma once

#include <string>

#include "sema/listing.hpp"

namespace igvm::spec {

/// JSON: the block with its platforms, its values by attribute, and its blocks in the same form. Integers are
/// hexadecimal strings; bytes are their number and SHA-256. A value that not all platforms of the block share
/// is called "at on snp"; ".at" and ".size" are where the block lies.
std::string model_text(const ListedBlock& image);

}  // namespace igvm::spec
