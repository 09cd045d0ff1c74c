#include "edit/stored_data.hpp"

#include <algorithm>

namespace igvm::edit {

StoredData::StoredData(const Image& image) : file_(image.bytes()) {
    for (const Header& header : image)
        if (const std::uint64_t begin = header.value(FieldKind::kFileOffset).value_or(0); begin != 0)
            cuts_.push_back(begin);
    std::ranges::sort(cuts_);
    const bool begins_unnamed = cuts_.empty() || cuts_.front() != image.data_begin();
    if (begins_unnamed) cuts_.insert(cuts_.begin(), image.data_begin());
    cuts_.push_back(file_.size());
    cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
    users_.assign(cuts_.size() + 1, 0);
    if (begins_unnamed) add_user(0, 1);
}

void StoredData::add_user(std::size_t first_piece, std::size_t end_piece) {
    ++users_[first_piece];
    --users_[end_piece];
}

std::size_t StoredData::piece_at(std::uint64_t file_offset) const {
    const auto after = std::ranges::upper_bound(cuts_, file_offset);
    return static_cast<std::size_t>(after - cuts_.begin()) - 1;
}

void StoredData::keep(Bytes payload) {
    if (payload.empty()) return;
    const auto begin = static_cast<std::uint64_t>(payload.data() - file_.data());
    add_user(piece_at(begin), piece_at(begin + payload.size() - 1) + 1);
}

std::vector<std::uint8_t> StoredData::kept_bytes() {
    std::vector<std::uint8_t> kept;
    std::int64_t users = 0;
    for (std::size_t i = 0; i + 1 < cuts_.size(); ++i) {
        users += users_[i];
        moved_.push_back(kept.size());
        if (users == 0) continue;
        const Bytes piece = file_.subspan(cuts_[i], cuts_[i + 1] - cuts_[i]);
        kept.insert(kept.end(), piece.begin(), piece.end());
    }
    moved_.push_back(kept.size());
    return kept;
}

std::uint64_t StoredData::moved(std::uint64_t file_offset) const { return moved_[piece_at(file_offset)]; }

}  // namespace igvm::edit
