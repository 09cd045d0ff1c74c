#include "decompile/layout.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace igvm::spec::decompiler {
namespace {

bool is_zero(Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

/// Where a writer that goes through the payloads in order puts them.
class Simulation {
  public:
    Simulation(const Image& image, DataLayout layout)
        : file_(image.bytes()), next_(image.data_begin()), layout_(layout) {}

    /// Whether the payload lies where the writer puts it.
    bool accept(Bytes payload, std::uint64_t file_offset) {
        if (layout_.share) {
            if (!accepted_.emplace(file_offset, payload.size()).second) return true;
            const std::string_view content(reinterpret_cast<const char*>(payload.data()), payload.size());
            const auto [known, is_new] = places_.try_emplace(content, next_);
            if (!is_new) return known->second == file_offset;
        }
        const bool expected = file_offset == next_;
        const std::uint64_t end = next_ + payload.size();
        next_ += (payload.size() + layout_.unit - 1) / layout_.unit * layout_.unit;
        const auto filler = slice(file_, end, next_ - end);
        return expected && filler && is_zero(*filler);
    }
    std::uint64_t end() const { return next_; }

  private:
    Bytes file_;
    std::uint64_t next_;
    DataLayout layout_;
    std::map<std::string_view, std::uint64_t> places_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> accepted_;  ///< offsets and sizes
};

bool fits(const Image& image, DataLayout layout) {
    Simulation writer(image, layout);
    for (const Header& header : image) {
        const auto payload = image.payload(header);
        if (!payload || payload->empty()) continue;
        if (!writer.accept(*payload, *header.value(FieldKind::kFileOffset))) return false;
    }
    return writer.end() == image.bytes().size();
}

}  // namespace

std::optional<DataLayout> data_layout(const Image& image) {
    constexpr DataLayout kLayouts[] = {{true, 1}, {false, 1}, {true, kPageSize}, {false, kPageSize}};
    const auto* found =
        std::ranges::find_if(kLayouts, [&](DataLayout layout) { return fits(image, layout); });
    return found == std::end(kLayouts) ? std::nullopt : std::optional(*found);
}

std::uint8_t padding_byte(const Image& image) {
    std::array<std::uint32_t, UINT8_MAX + 1> counts{};
    for (const Header& header : image)
        if (!header.padding.empty()) ++counts[header.padding.front()];
    return static_cast<std::uint8_t>(std::ranges::max_element(counts) - counts.begin());
}

Bytes gap(const Image& image) {
    const std::uint64_t begin =
        sizeof(FixedHeader) + (image.fixed_header_v2() ? sizeof(FixedHeaderV2Tail) : 0);
    return image.bytes().subspan(begin, image.headers_begin() - begin);
}

Bytes data_section(const Image& image) { return image.bytes().subspan(image.data_begin()); }

}  // namespace igvm::spec::decompiler
