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
    /// Each payload takes a multiple of `unit` bytes.
    PayloadPool(bool share, std::uint32_t unit) : share_(share), unit_(unit) {}

    /// `leading` stands before the payloads, of which there is none yet; borrowed.
    void begin_with(Bytes leading) {
        leading_ = leading;
        size_ = leading.size();
    }

    /// The place of `bytes` in the data section: where they lie in what leads it when they are a part of
    /// that, of an equal payload when sharing, else the next free byte.
    std::uint64_t place(Bytes bytes, std::string_view meaning);

    const std::vector<Payload>& payloads() const { return payloads_; }
    /// Bytes of the whole data section.
    std::uint64_t size() const { return size_; }

  private:
    bool share_;
    Bytes leading_;
    std::uint32_t unit_;
    ContentSet contents_;
    std::vector<Payload> payloads_;
    std::uint64_t size_ = 0;
};

}  // namespace igvm::write
