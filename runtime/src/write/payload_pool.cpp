#include "write/payload_pool.hpp"

#include <functional>
#include <optional>

namespace igvm::write {

namespace {

/// Where `part` lies in `whole`, by address; nothing when it is not a part of it.
std::optional<std::uint64_t> place_within(Bytes whole, Bytes part) {
    const auto inside = [&](const std::uint8_t* place) {
        return !std::less<>()(place, whole.data()) && !std::less<>()(whole.data() + whole.size(), place);
    };
    if (whole.empty() || !inside(part.data()) || !inside(part.data() + part.size())) return std::nullopt;
    return static_cast<std::uint64_t>(part.data() - whole.data());
}

}  // namespace

std::uint64_t PayloadPool::place(Bytes bytes, std::string_view meaning) {
    if (const auto known = place_within(leading_, bytes)) return *known;
    const std::size_t number = share_ ? contents_.number_of(bytes) : payloads_.size();
    if (number < payloads_.size()) return payloads_[number].offset;
    payloads_.push_back({bytes, size_, std::string(meaning)});
    size_ += (bytes.size() + unit_ - 1) / unit_ * unit_;
    return payloads_.back().offset;
}

}  // namespace igvm::write
