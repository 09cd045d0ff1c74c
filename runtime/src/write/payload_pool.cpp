#include "write/payload_pool.hpp"

namespace igvm::write {

std::uint64_t PayloadPool::place(Bytes bytes, std::string_view meaning) {
    const std::size_t number = share_ ? contents_.number_of(bytes) : payloads_.size();
    if (number < payloads_.size()) return payloads_[number].offset;
    payloads_.push_back({bytes, size_, std::string(meaning)});
    size_ += bytes.size();
    return payloads_.back().offset;
}

}  // namespace igvm::write
