// What the sayings of the kinds of headers share while a spec is written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "decompile/areas.hpp"
#include "decompile/blobs.hpp"
#include "decompile/block_text.hpp"
#include "decompile/landmarks.hpp"
#include "decompile/names.hpp"
#include "decompile/page_run.hpp"
#include "decompile/recognize.hpp"
#include "decompile/scopes.hpp"
#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

/// A region that was written, by where it begins: what a register may name.
struct WrittenRegion {
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t data_size = 0;  ///< of the data expression
    std::uint32_t mask = 0;
};

struct SpecState {
    SpecState(const Image& opened, const std::function<bool(std::uint32_t)>& headers, bool in_section);

    const Image& image;
    const std::function<bool(std::uint32_t)>& as_stands;  ///< headers to be written as they stand
    Names names;
    Blobs blobs;
    Scopes scopes;
    Landmarks landmarks;
    Recognizer recognizer;
    Areas areas;
    std::uint64_t repeats = 0;  ///< bytes of data that may still be written a second time
    PageRunner pages;
    bool store_zeros = true;   ///< the image's setting
    std::uint8_t padding = 0;  ///< likewise
    std::map<std::uint64_t, WrittenRegion> regions;

    /// Its padding is not the image's.
    bool has_odd_padding(const Header& header) const;
    /// "region NAME on snp": a block with a name of its own; nothing when no scope says the mask.
    std::optional<BlockText> block(std::string_view kind, std::string_view base, std::uint32_t mask);
};

/// Some headers of the image in the language.
struct Said {
    std::uint32_t headers = 1;  ///< that the text stands for, from the first on
    std::string text;
};

/// Says the header at `first` and, where they belong together, those after it. Nothing when the language has
/// no words that give exactly these headers.
using Saying = std::optional<Said> (*)(SpecState& state, std::uint32_t first);

/// Any header, in the form that no compiler judges.
std::string say_as_it_stands(SpecState& state, const Header& header);

std::optional<Said> say_pages(SpecState& state, std::uint32_t first);
std::optional<Said> say_area(SpecState& state, std::uint32_t first);
std::optional<Said> say_insert(SpecState& state, std::uint32_t first);
std::optional<Said> say_vp_context(SpecState& state, std::uint32_t first);
std::optional<Said> say_required_memory(SpecState& state, std::uint32_t first);
std::optional<Said> say_error_range(SpecState& state, std::uint32_t first);
std::optional<Said> say_relocatable(SpecState& state, std::uint32_t first);
std::optional<Said> say_page_table_region(SpecState& state, std::uint32_t first);
std::optional<Said> say_id_block(SpecState& state, std::uint32_t first);
std::optional<Said> say_vbs_measurement(SpecState& state, std::uint32_t first);

}  // namespace igvm::spec::decompiler
