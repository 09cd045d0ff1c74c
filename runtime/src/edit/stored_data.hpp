// The data section of an image as it is stored, and what of it stays.
#pragma once

#include <vector>

#include "igvm/image.hpp"

namespace igvm::edit {

/// The data section, cut where payloads begin. A piece stays when a kept payload reaches into it; so bytes
/// behind a payload that no header names stay and go with it. What stands before the first payload stays.
class StoredData {
  public:
    /// Precondition: all payloads of `image` lie in its data section.
    explicit StoredData(const Image& image);

    /// Keeps the pieces under `payload`, a part of the data section.
    void keep(Bytes payload);
    /// The pieces that stay, in order. Ends the keeping.
    std::vector<std::uint8_t> kept_bytes();
    /// How far the payload at `file_offset` is from the start of the kept bytes.
    /// Precondition: kept_bytes() was called; a payload of the image begins at `file_offset`.
    std::uint64_t moved(std::uint64_t file_offset) const;

  private:
    void add_user(std::size_t first_piece, std::size_t end_piece);
    std::size_t piece_at(std::uint64_t file_offset) const;

    Bytes file_;
    std::vector<std::uint64_t> cuts_;   ///< where pieces begin, and the end of the file
    std::vector<std::int64_t> users_;   ///< by piece, how many more kept payloads it has than the one before
    std::vector<std::uint64_t> moved_;  ///< by piece, its place in the kept bytes
};

}  // namespace igvm::edit
