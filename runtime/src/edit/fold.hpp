// Equal directives of two files become one.
#pragma once

#include <vector>

#include "igvm/image.hpp"

namespace igvm::edit {

/// A header on its way into a merged file.
struct Entry {
    Header header;  ///< as it stands in its image
    Bytes payload;
    std::size_t content = 0;  ///< equal for equal payloads
    std::uint32_t mask = 0;   ///< to be written, when the header has a mask
    std::uint32_t area = 0;   ///< to be written, when the header has an area index
};
using Entries = std::vector<Entry>;

/// `base` with `added` folded in; both keep their order. An added directive joins the last equal one of
/// `base` that is not before the place reached so far, or else is put at that place.
Entries fold(Entries base, Entries added);

}  // namespace igvm::edit
