// What an image must obey before it can be edited.
#pragma once

#include <string_view>

#include "igvm/image.hpp"

namespace igvm::edit {

/// The first breach of a rule of the chapters (first letters of rule ids, e.g. "FP"). Unknown header types
/// are no breach: an edit carries their headers along.
Result<void> require_chapters(const Image& image, std::string_view chapters);

/// kEditOverlap when distinct payloads overlap so much that writing each of them would multiply the file.
Result<void> require_bounded_payloads(const Image& image);

}  // namespace igvm::edit
