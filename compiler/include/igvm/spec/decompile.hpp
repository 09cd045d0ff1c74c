// The way back: an image as a spec that builds it again.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "igvm/image.hpp"

namespace igvm::spec {

/// A file beside the spec.
struct DecompiledFile {
    std::string name;
    Bytes bytes;  ///< borrowed from the image or from Decompilation::storage
};

struct Decompilation {
    std::string refusal;  ///< why there is no spec, a sentence without final period; empty: there is one
    std::string text;     ///< of the spec, in the style of `igvm fmt`
    std::vector<DecompiledFile> files;
    std::deque<std::vector<std::uint8_t>> storage;
    std::uint32_t blocks = 0;  ///< of the image, platforms included
    std::uint32_t as_they_stand =
        0;                  ///< `header` blocks among them: what the language has no other words for
    std::set<Rule> broken;  ///< rules that the image breaks and the spec allows
};

/// An identifier for an image, made of any text: "snp-2.igvm" gives "snp_2_igvm".
std::string image_name(std::string_view text);

/// A spec that was compiled to the same bytes before it is returned; it allows the rules that the image
/// breaks. The image outlives the result; `name` is an identifier. Takes time and memory in proportion to the
/// file, and at most three compilations.
Decompilation decompile(const Image& image, std::string_view name);

}  // namespace igvm::spec
