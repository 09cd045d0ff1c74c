// The data of the image as files beside the spec and expressions over them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decompile/names.hpp"
#include "igvm/wire.hpp"

namespace igvm::spec::decompiler {

/// A file beside the spec, and the name of the input that reads it.
struct BlobFile {
    std::string input;
    std::string file;
    Bytes bytes;  ///< borrowed from the image or from Blobs
};

/// Whether data is short enough to be written into the spec itself, and how.
bool is_short(Bytes bytes);
std::string literal(Bytes bytes);

/// Gives every piece of data an expression. Data that was given before is said by the same input, or by a
/// slice of it. Pieces are borrowed from the image.
class Blobs {
  public:
    /// `section`: the data section, where the spec gives it as a whole; then all data is a slice of it.
    Blobs(Names& names, std::optional<Bytes> section);

    /// The joined pieces, each of which is `unit` bytes (of several: a page). With a section, they follow one
    /// another in the file. `name`: what they are.
    std::string say(std::span<const Bytes> pieces, std::string_view name);

    /// Data that lies outside the data section.
    std::string say_apart(Bytes bytes, std::string_view name);

    bool in_section() const { return section_.has_value(); }
    /// Whether the piece begins one that an input already holds, or follows such a piece in the input after
    /// `before`.
    bool is_known(Bytes piece) const { return places_.contains(piece.data()); }
    bool continues(Bytes before, Bytes piece) const;

    const std::vector<BlobFile>& files() const { return files_; }
    /// What the files borrow from here.
    std::deque<std::vector<std::uint8_t>> take_storage() && { return std::move(joined_); }

  private:
    struct Place {
        std::size_t file;
        std::uint64_t offset;
    };

    std::optional<std::string> find_slice(std::span<const Bytes> pieces) const;
    std::optional<std::string> slice_at(std::span<const Bytes> pieces, Place place) const;
    bool holds(std::span<const Bytes> pieces, Place place) const;
    std::string say_whole(Bytes bytes, std::span<const Bytes> pieces, std::string_view name);
    Bytes join(std::span<const Bytes> pieces);
    std::string add(Bytes bytes, std::span<const Bytes> pieces, std::string_view name);

    Names& names_;
    Names file_names_;
    std::optional<Bytes> section_;
    std::vector<BlobFile> files_;
    std::map<std::string_view, std::size_t> by_content_;
    std::map<const std::uint8_t*, Place> places_;         ///< of pieces, by where they lie in the image
    std::vector<std::map<std::uint64_t, Bytes>> pieces_;  ///< of each file, by offset
    std::deque<std::vector<std::uint8_t>> joined_;
};

}  // namespace igvm::spec::decompiler
