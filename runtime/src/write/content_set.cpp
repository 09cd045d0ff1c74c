#include "write/content_set.hpp"

#include <xxhash.h>

#include <algorithm>
#include <random>

namespace igvm::write {

std::uint64_t content_hash(Bytes bytes) {
    static const std::uint64_t seed = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

bool ContentSet::Content::operator==(const Content& other) const {
    return hash == other.hash && std::ranges::equal(bytes, other.bytes);
}

std::size_t ContentSet::number_of(Bytes bytes) {
    const auto [place, is_new] =
        by_place_.try_emplace(std::pair(bytes.data(), bytes.size()), by_content_.size());
    if (is_new) {
        const Content content{bytes, content_hash(bytes)};
        place->second = by_content_.try_emplace(content, by_content_.size()).first->second;
    }
    return place->second;
}

}  // namespace igvm::write
