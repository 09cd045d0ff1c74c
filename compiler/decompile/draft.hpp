// An image as a spec and the files beside it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "decompile/blobs.hpp"
#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

/// Variable headers that one block of the image stands for.
struct Stretch {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    bool as_it_stands = false;
};

struct Draft {
    std::string text;
    std::vector<BlobFile> files;
    std::deque<std::vector<std::uint8_t>> storage;  ///< what the files borrow beside the image
    std::vector<Stretch> stretches;                 ///< a block of the image each, in the order of the text
};

/// Writes the spec of an image, which allows the rules that are `broken`; `name` becomes the image's. Headers
/// that `as_stands` names, and those that the language has no other words for, are written byte for byte.
Draft write_draft(const Image& image, std::string_view name, const std::set<Rule>& broken,
                  const std::function<bool(std::uint32_t)>& as_stands);

}  // namespace igvm::spec::decompiler
