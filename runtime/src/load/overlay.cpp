#include "load/overlay.hpp"

namespace igvm::load {

void Overlay::write(std::uint64_t offset, Bytes bytes) {
    if (bytes.empty()) return;
    const std::uint64_t end = offset + bytes.size();
    auto piece = pieces_.lower_bound(offset);
    if (piece != pieces_.begin()) {
        const auto before = std::prev(piece);
        const std::uint64_t head = offset - before->first;
        if (head < before->second.size()) {
            const Bytes old = before->second;
            before->second = old.first(head);
            if (old.size() > head + bytes.size()) pieces_.emplace(end, old.subspan(head + bytes.size()));
        }
    }
    while (piece != pieces_.end() && piece->first < end) {
        const Bytes old = piece->second;
        const std::uint64_t hidden = end - piece->first;
        piece = pieces_.erase(piece);
        if (old.size() > hidden) piece = pieces_.emplace(end, old.subspan(hidden)).first;
    }
    pieces_.emplace(offset, bytes);
}

}  // namespace igvm::load
