// The payloads of a file under construction, each placed when it is first seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "igvm/wire.hpp"

namespace igvm::write {

struct Payload {
    Bytes bytes;           ///< borrowed
    std::uint64_t offset;  ///< from the start of the data section
    std::string meaning;   ///< of its first user
};

class PayloadPool {
  public:
    explicit PayloadPool(bool share) : share_(share) {}

    /// The place of `bytes` in the data section: of an equal payload when sharing, else the next free byte.
    std::uint64_t place(Bytes bytes, std::string_view meaning);

    const std::vector<Payload>& payloads() const { return payloads_; }
    /// Bytes of the whole data section.
    std::uint64_t size() const { return size_; }

  private:
    const Payload* find_equal(std::uint64_t hash, Bytes bytes) const;

    bool share_;
    std::vector<Payload> payloads_;
    std::unordered_multimap<std::uint64_t, std::size_t> by_hash_;
    std::uint64_t size_ = 0;
};

}  // namespace igvm::write
