#include "decompile/blobs.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <numeric>

#include "decompile/block_text.hpp"

namespace igvm::spec::decompiler {
namespace {

constexpr std::string_view kSection = "data_section";
/// The longest data that is written into the spec itself.
constexpr std::size_t kMaxLiteral = 64;

std::string_view content(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::uint64_t total_size(std::span<const Bytes> pieces) {
    return std::accumulate(pieces.begin(), pieces.end(), std::uint64_t{0},
                           [](std::uint64_t sum, Bytes piece) { return sum + piece.size(); });
}

bool follow_one_another(std::span<const Bytes> pieces) {
    const auto gap = [](Bytes a, Bytes b) { return a.data() + a.size() != b.data(); };
    return std::ranges::adjacent_find(pieces, gap) == pieces.end();
}

std::string slice_text(std::string_view input, std::uint64_t offset, std::uint64_t size) {
    return fmt::format("slice({}, {}, {})", input, hex_number(offset), size_number(size));
}

}  // namespace

bool is_short(Bytes bytes) { return bytes.size() <= kMaxLiteral; }

std::string literal(Bytes bytes) { return fmt::format("hex\"{:02x}\"", fmt::join(bytes, "")); }

Blobs::Blobs(Names& names, std::optional<Bytes> section) : names_(names), section_(section) {
    if (!section_) return;
    const std::string name = names_.take(kSection);
    files_.push_back({name, name + ".bin", *section_});
}

std::string Blobs::say(std::span<const Bytes> pieces, std::string_view name) {
    const std::uint64_t size = total_size(pieces);
    if (section_)
        return slice_text(files_.front().input,
                          static_cast<std::uint64_t>(pieces.front().data() - section_->data()), size);
    if (auto slice = find_slice(pieces)) return *std::move(slice);
    return say_whole(follow_one_another(pieces) ? Bytes(pieces.front().data(), size) : join(pieces), pieces,
                     name);
}

std::string Blobs::say_apart(Bytes bytes, std::string_view name) {
    return say_whole(bytes, {&bytes, 1}, name);
}

std::string Blobs::say_whole(Bytes bytes, std::span<const Bytes> pieces, std::string_view name) {
    const auto known = by_content_.find(content(bytes));
    return known != by_content_.end() ? files_[known->second].input : add(bytes, pieces, name);
}

bool Blobs::continues(Bytes before, Bytes piece) const {
    const auto first = places_.find(before.data());
    const auto second = places_.find(piece.data());
    return first != places_.end() && second != places_.end() && first->second.file == second->second.file &&
           first->second.offset + before.size() == second->second.offset;
}

std::optional<std::string> Blobs::find_slice(std::span<const Bytes> pieces) const {
    const auto first = places_.find(pieces.front().data());
    if (first != places_.end())
        if (auto slice = slice_at(pieces, first->second)) return slice;
    // The first page may be one that repeats, such as one of 0xFF; the last is likely to be another.
    const auto last = places_.find(pieces.back().data());
    const std::uint64_t before = total_size(pieces.first(pieces.size() - 1));
    if (last == places_.end() || last->second.offset < before) return std::nullopt;
    return slice_at(pieces, {last->second.file, last->second.offset - before});
}

std::optional<std::string> Blobs::slice_at(std::span<const Bytes> pieces, Place place) const {
    if (!holds(pieces, place)) return std::nullopt;
    const BlobFile& file = files_[place.file];
    const std::uint64_t size = total_size(pieces);
    return size == file.bytes.size() ? file.input : slice_text(file.input, place.offset, size);
}

bool Blobs::holds(std::span<const Bytes> pieces, Place place) const {
    if (place.offset + total_size(pieces) > files_[place.file].bytes.size()) return false;
    std::uint64_t offset = place.offset;
    return std::ranges::all_of(pieces, [&](Bytes piece) {
        const auto held = pieces_[place.file].find(offset);
        offset += piece.size();
        return held != pieces_[place.file].end() && held->second.data() == piece.data() &&
               held->second.size() == piece.size();
    });
}

Bytes Blobs::join(std::span<const Bytes> pieces) {
    std::vector<std::uint8_t>& bytes = joined_.emplace_back();
    bytes.reserve(total_size(pieces));
    for (const Bytes piece : pieces) bytes.insert(bytes.end(), piece.begin(), piece.end());
    return bytes;
}

std::string Blobs::add(Bytes bytes, std::span<const Bytes> pieces, std::string_view name) {
    const std::size_t number = files_.size();
    const std::string input = names_.take(fmt::format("{}_data", name));
    files_.push_back({input, file_names_.take(name) + ".bin", bytes});
    by_content_.emplace(content(bytes), number);
    pieces_.resize(files_.size());
    std::uint64_t offset = 0;
    for (const Bytes piece : pieces) {
        places_.try_emplace(piece.data(), Place{number, offset});
        pieces_[number].emplace(offset, piece);
        offset += piece.size();
    }
    return input;
}

}  // namespace igvm::spec::decompiler
