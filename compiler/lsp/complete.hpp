// What may be written at a place.
#pragma once

#include <string_view>

#include "lsp/utf16.hpp"

namespace igvm::spec::lsp {

/// Completion items for the byte offset, without duplicates.
Json complete(std::string_view text, std::uint32_t offset);

}  // namespace igvm::spec::lsp
