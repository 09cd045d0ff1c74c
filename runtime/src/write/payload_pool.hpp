// The payloads of a file under construction, each placed when it is first seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "write/content_set.hpp"

namespace igvm::write {

struct Payload {
    Bytes bytes;           ///< borrowed
    std::uint64_t offset;  ///< from the start of the data section
    std::string meaning;   ///< of its first user
};

class PayloadPool {
  public:
    /// `begin` bytes stand before the payloads.
    PayloadPool(bool share, std::uint64_t begin) : share_(share), size_(begin) {}

    /// The place of `bytes` in the data section: of an equal payload when sharing, else the next free byte.
    std::uint64_t place(Bytes bytes, std::string_view meaning);

    const std::vector<Payload>& payloads() const { return payloads_; }
    /// Bytes of the whole data section.
    std::uint64_t size() const { return size_; }

  private:
    bool share_;
    ContentSet contents_;
    std::vector<Payload> payloads_;
    std::uint64_t size_;
};

}  // namespace igvm::write
