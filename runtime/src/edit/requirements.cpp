#include "edit/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "igvm/check.hpp"

namespace igvm::edit {
namespace {

/// Payloads may add up to this many times the file.
constexpr std::uint64_t kMaxOverlap = 16;

struct Place {
    const std::uint8_t* data;
    std::size_t size;
    std::uint64_t field;  ///< file offset of the field that names it
};

Result<std::vector<Place>> distinct_places(const Image& image) {
    std::vector<Place> places;
    for (const Header& header : image) {
        const Result<Bytes> payload = image.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        if (payload->empty()) continue;
        places.push_back({payload->data(), payload->size(), header.offset_of(FieldKind::kFileOffset)});
    }
    const auto extent = [](const Place& place) { return std::pair(place.data, place.size); };
    std::ranges::stable_sort(places, {}, extent);
    const auto same = [&](const Place& a, const Place& b) { return extent(a) == extent(b); };
    places.erase(std::unique(places.begin(), places.end(), same), places.end());
    return places;
}

}  // namespace

Result<void> require_chapters(const Image& image, std::string_view chapters) {
    for (Finding& finding : check(image, {.max_per_rule = 1}).findings) {
        const char chapter = rule_info(finding.rule).id[std::string_view("IGVM-").size()];
        if (finding.severity == Severity::kError && finding.rule != Rule::kFileUnknownType &&
            chapters.find(chapter) != std::string_view::npos)
            return fail(finding.rule, finding.offset, std::move(finding.detail));
    }
    return {};
}

Result<void> require_bounded_payloads(const Image& image) {
    const auto places = distinct_places(image);
    if (!places) return tl::unexpected(places.error());
    std::uint64_t left = kMaxOverlap * image.bytes().size();
    for (const Place& place : *places) {
        if (place.size > left)
            return fail(Rule::kEditOverlap, place.field,
                        fmt::format("with this one of {} bytes, payloads add up to more than {} times the "
                                    "file of {} bytes",
                                    place.size, kMaxOverlap, image.bytes().size()));
        left -= place.size;
    }
    return {};
}

}  // namespace igvm::edit
