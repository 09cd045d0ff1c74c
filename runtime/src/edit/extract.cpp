#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "igvm/edit.hpp"

namespace igvm {
namespace {

/// What an extraction may add up to beyond the size of the file: pages without data cost the file nothing.
constexpr std::uint64_t kMaxExtract = std::uint64_t{1} << 30;

/// Guest memory that one header fills.
struct Piece {
    std::uint64_t begin;
    std::uint64_t end;
    Bytes content;         ///< empty for zeros, else of end - begin bytes
    std::uint64_t offset;  ///< of the header in the file
};

class Pieces {
  public:
    Pieces(const Image& image, const ExtractOptions& options, std::uint32_t mask)
        : image_(image), options_(options), mask_(mask) {}

    /// Ascending by address; parts outside the wanted range are cut off.
    Result<std::vector<Piece>> collect() && {
        for (const Header& header : image_)
            if (auto added = add(header); !added) return tl::unexpected(std::move(added.error()));
        std::ranges::stable_sort(pieces_, {}, &Piece::begin);
        return std::move(pieces_);
    }

  private:
    Result<void> add(const Header& header) {
        if (const auto area = header.as<ParameterArea>()) {
            areas_.insert_or_assign(area->parameter_area_index, header);
            return {};
        }
        if ((header.value(FieldKind::kMask).value_or(0) & mask_) == 0) return {};
        if (options_.choose && !options_.choose(header)) return {};
        if (const auto page = header.as<PageData>())
            return fill(header, page->gpa, (page->flags & kPageFlag2Mb) != 0 ? kLargePageSize : kPageSize,
                        header);
        if (const auto insert = header.as<ParameterInsert>()) return add_area(header, *insert);
        return {};
    }

    Result<void> add_area(const Header& header, const ParameterInsert& insert) {
        const auto area = areas_.find(insert.parameter_area_index);
        if (area == areas_.end())
            return fail(Rule::kAreaUndeclared, header.offset_of(FieldKind::kAreaIndex),
                        fmt::format("parameter area {} is inserted but not declared before",
                                    std::uint32_t{insert.parameter_area_index}));
        return fill(header, insert.gpa, area->second.as<ParameterArea>()->number_of_bytes, area->second);
    }

    /// `size` bytes at `gpa`, with the payload of `source`.
    Result<void> fill(const Header& header, std::uint64_t gpa, std::uint64_t size, const Header& source) {
        const auto payload = image_.payload(source);
        if (!payload) return tl::unexpected(payload.error());
        Piece piece{gpa, gpa + std::min(size, UINT64_MAX - gpa), *payload, header.offset};
        if (options_.range) clip(piece, *options_.range);
        if (piece.begin >= piece.end) return {};
        filled_ += piece.end - piece.begin;
        if (filled_ > kMaxExtract + image_.bytes().size() || filled_ < piece.end - piece.begin)
            return fail(Rule::kLaunchTooLarge, header.offset,
                        fmt::format("with the {} bytes of this {} the extract passes {} bytes", size,
                                    header.info->name, kMaxExtract + image_.bytes().size()));
        pieces_.push_back(piece);
        return {};
    }

    static void clip(Piece& piece, const GpaRange& range) {
        const std::uint64_t begin = std::max(piece.begin, range.gpa);
        const std::uint64_t end = std::min(piece.end, range.gpa + range.size);
        if (begin < end && !piece.content.empty())
            piece.content = piece.content.subspan(begin - piece.begin, end - begin);
        piece.begin = begin;
        piece.end = end;
    }

    const Image& image_;
    const ExtractOptions& options_;
    std::uint32_t mask_;
    std::map<std::uint32_t, Header> areas_;
    std::vector<Piece> pieces_;
    std::uint64_t filled_ = 0;
};

Result<std::uint32_t> mask_of(const Image& image, const std::optional<PlatformType>& platform) {
    if (!platform) return UINT32_MAX;
    for (const SupportedPlatform& one : image.platforms())
        if (PlatformType{std::uint8_t{one.platform_type}} == *platform) return one.compatibility_mask;
    return fail(Rule::kPlatformAbsent, image.headers_begin(),
                fmt::format("the file has no platform {}",
                            find_platform(static_cast<std::uint8_t>(*platform))->name));
}

bool agrees(Bytes memory, Bytes content) {
    return content.empty() ? std::ranges::all_of(memory, [](std::uint8_t byte) { return byte == 0; })
                           : std::ranges::equal(memory, content);
}

tl::unexpected<Error> hole(const Image& image, std::uint64_t gpa) {
    return fail(Rule::kExtractHole, image.headers_begin(),
                fmt::format("nothing is loaded at gpa {:#x}", gpa));
}

/// Appends a piece to memory that reaches from `begin` on; what both fill must agree.
Result<void> lay(std::vector<std::uint8_t>& memory, std::uint64_t begin, Piece piece) {
    const std::uint64_t reached = begin + memory.size();
    const std::uint64_t common = std::min(reached, piece.end) - piece.begin;
    const Bytes head = piece.content.empty() ? Bytes{} : piece.content.first(common);
    if (!agrees(Bytes(memory).subspan(piece.begin - begin, common), head))
        return fail(Rule::kExtractAmbiguous, piece.offset,
                    fmt::format("another header loads other bytes at gpa {:#x}", piece.begin));
    if (piece.content.empty())
        memory.resize(memory.size() + (piece.end - piece.begin - common));
    else
        memory.insert(memory.end(), piece.content.begin() + static_cast<std::ptrdiff_t>(common),
                      piece.content.end());
    return {};
}

}  // namespace

Result<std::vector<std::uint8_t>> extract(const Image& image, const ExtractOptions& options) {
    const auto mask = mask_of(image, options.platform);
    if (!mask) return tl::unexpected(mask.error());
    const auto pieces = Pieces(image, options, *mask).collect();
    if (!pieces) return tl::unexpected(pieces.error());
    if (pieces->empty()) return hole(image, options.range ? options.range->gpa : 0);
    const std::uint64_t begin = options.range ? options.range->gpa : pieces->front().begin;
    std::vector<std::uint8_t> memory;
    for (const Piece& piece : *pieces) {
        if (piece.begin > begin + memory.size()) break;
        if (auto laid = lay(memory, begin, piece); !laid) return tl::unexpected(std::move(laid.error()));
    }
    const std::uint64_t end =
        options.range ? begin + options.range->size : std::ranges::max(*pieces, {}, &Piece::end).end;
    if (begin + memory.size() < end) return hole(image, begin + memory.size());
    return memory;
}

}  // namespace igvm
