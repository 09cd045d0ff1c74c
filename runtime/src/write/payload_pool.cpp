#include "write/payload_pool.hpp"

#include <xxhash.h>

#include <algorithm>

namespace igvm::write {

std::uint64_t PayloadPool::place(Bytes bytes, std::string_view meaning) {
    if (share_) {
        const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
        if (const Payload* equal = find_equal(hash, bytes)) return equal->offset;
        by_hash_.emplace(hash, payloads_.size());
    }
    payloads_.push_back({bytes, size_, std::string(meaning)});
    size_ += bytes.size();
    return payloads_.back().offset;
}

const Payload* PayloadPool::find_equal(std::uint64_t hash, Bytes bytes) const {
    const auto [begin, end] = by_hash_.equal_range(hash);
    const auto found = std::find_if(begin, end, [&](const auto& entry) {
        return std::ranges::equal(payloads_[entry.second].bytes, bytes);
    });
    return found == end ? nullptr : &payloads_[found->second];
}

}  // namespace igvm::write
