// What is written to one parameter area, as pieces instead of a buffer: an area may be far larger than the
// file.
#pragma once

#include <cstdint>
#include <map>

#include "igvm/wire.hpp"

namespace igvm::load {

/// Pieces of borrowed bytes at offsets; later writes win.
class Overlay {
  public:
    void write(std::uint64_t offset, Bytes bytes);

    /// Calls `visit(offset, bytes)` for every piece inside [begin, end), cut to it, ascending, until it
    /// fails.
    template <class Visit>
    auto visit(std::uint64_t begin, std::uint64_t end, Visit&& visit) const
        -> decltype(visit(begin, Bytes{})) {
        auto piece = pieces_.upper_bound(begin);
        if (piece != pieces_.begin()) --piece;
        for (; piece != pieces_.end() && piece->first < end; ++piece) {
            const std::uint64_t piece_end = piece->first + piece->second.size();
            const std::uint64_t from = std::max(begin, piece->first);
            const std::uint64_t to = std::min(end, piece_end);
            if (from >= to) continue;
            if (auto done = visit(from, piece->second.subspan(from - piece->first, to - from)); !done)
                return done;
        }
        return {};
    }

  private:
    std::map<std::uint64_t, Bytes> pieces_;  ///< by offset; disjoint, none empty
};

}  // namespace igvm::load
