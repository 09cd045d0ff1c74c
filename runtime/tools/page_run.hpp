// Pages that listings of headers show as one line.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "igvm/image.hpp"

namespace igvm::tools {

/// The declaration that a header comes from; empty where it is not known.
using OwnerOf = std::function<std::string_view(std::uint32_t header_index)>;

/// How many PAGE_DATA from `index` on are one stretch of pages of one kind and one declaration; at least 1,
/// also for other headers.
std::uint32_t page_run_length(const Image& image, std::uint32_t index, const OwnerOf& owner_of);

/// " x 3 up to gpa 0x3000" for a run of several headers, nothing for one.
std::string page_run_text(const Image& image, std::uint32_t index, std::uint32_t length);

}  // namespace igvm::tools
