// Stretches of bytes, told apart by what they hold.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

#include "igvm/wire.hpp"

namespace igvm::write {

/// A hash that differs from run to run, so that no file can be made whose contents collide.
std::uint64_t content_hash(Bytes bytes);

/// Numbers distinct contents 0, 1, … in the order in which they are first seen.
class ContentSet {
  public:
    /// The number of `bytes`, which is borrowed. A place in memory is hashed once, however often it is asked
    /// for.
    std::size_t number_of(Bytes bytes);

  private:
    struct Content {
        Bytes bytes;
        std::uint64_t hash;

        bool operator==(const Content& other) const;
    };
    struct ContentHash {
        std::size_t operator()(const Content& content) const { return content.hash; }
    };

    std::map<std::pair<const std::uint8_t*, std::size_t>, std::size_t> by_place_;
    std::unordered_map<Content, std::size_t, ContentHash> by_content_;
};

}  // namespace igvm::write
