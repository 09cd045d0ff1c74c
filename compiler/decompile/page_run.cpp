#include "decompile/page_run.hpp"

#include <algorithm>
#include <array>

namespace igvm::spec::decompiler {
namespace {

using Blank = PageRun::Blank;

constexpr std::array<std::uint8_t, kPageSize> kZeroPage{};
/// The most blank pages that are written out as part of data that goes on behind them.
constexpr std::uint32_t kMostBlanksInside = 16;

bool is_normal(const PageRun& run) {
    return run.header.data_type == static_cast<std::uint16_t>(PageDataType::kNormal);
}

}  // namespace

std::optional<PageRun> PageRunner::run(std::uint32_t first,
                                       const std::function<bool(std::uint32_t)>& as_stands) {
    PageRun run{};
    run.header = *image_.header(first).as<PageData>();
    run.page_size = (run.header.flags & kPageFlag2Mb) != 0 ? kLargePageSize : kPageSize;
    for (std::uint32_t index = first; index < image_.header_count() && !as_stands(index); ++index) {
        const Header header = image_.header(index);
        if (!continues(run, header)) break;
        const auto payload = image_.payload(header);
        if (!payload || !take(run, *payload)) break;
        ++run.headers;
    }
    return run.headers == 0 ? std::nullopt : std::optional(std::move(run));
}

bool PageRunner::continues(const PageRun& run, const Header& next) const {
    const auto page = next.as<PageData>();
    return page && !next.optional() && page->gpa == run.header.gpa + run.size() &&
           page->compatibility_mask == run.header.compatibility_mask && page->flags == run.header.flags &&
           page->data_type == run.header.data_type && page->reserved == run.header.reserved;
}

bool PageRunner::take(PageRun& run, Bytes payload) {
    if (blobs_.in_section()) return take_in_section(run, payload);
    if (payload.empty()) return take_blank(run, Blank::kElided);
    if (is_zero(payload)) return take_blank(run, Blank::kStored);
    return take_data(run, payload);
}

bool PageRunner::take_blank(PageRun& run, Blank blank) {
    if (run.blanks != Blank::kNone && run.blanks != blank) return false;
    if (!is_normal(run) && !run.data.empty()) return false;  // `zeros` would be for both
    run.blanks = blank;
    ++run.blank;
    return true;
}

bool PageRunner::take_data(PageRun& run, Bytes payload) {
    if (run.blank != 0 && (run.data.empty() || !fill_blanks(run))) return false;
    if (!afford(run, payload)) return false;
    run.data.push_back(payload);
    run.seen.insert(payload.data());
    return true;
}

/// There, blank pages and data never share a region: what is stored is said page by page.
bool PageRunner::take_in_section(PageRun& run, Bytes payload) {
    if (payload.empty()) return run.data.empty() && take_blank(run, Blank::kElided);
    const bool follows = run.data.empty() || run.data.back().data() + run.page_size == payload.data();
    if (run.blank != 0 || !follows) return false;
    run.blanks = Blank::kStored;
    run.data.push_back(payload);
    return true;
}

/// Makes the blank pages part of the data.
bool PageRunner::fill_blanks(PageRun& run) {
    const std::uint64_t size = run.blank * run.page_size;
    if (!is_normal(run) || run.page_size != kPageSize) return false;
    if (run.blank > kMostBlanksInside || size > repeats_) return false;
    repeats_ -= size;
    run.known = false;
    run.data.insert(run.data.end(), run.blank, Bytes(kZeroPage));
    run.blank = 0;
    return true;
}

/// Whether the data may grow by the payload: each byte that is written a second time is paid for.
bool PageRunner::afford(PageRun& run, Bytes payload) {
    const bool held = blobs_.is_known(payload);
    if (run.known && held && (run.data.empty() || blobs_.continues(run.data.back(), payload))) return true;
    const std::uint64_t pages =
        (run.known ? run.data.size() : 0) + (held || run.seen.contains(payload.data()) ? 1 : 0);
    if (pages * run.page_size > repeats_) return false;
    repeats_ -= pages * run.page_size;
    run.known = false;
    return true;
}

bool PageRunner::is_zero(Bytes payload) {
    const auto [known, is_new] = zeros_.try_emplace(payload.data());
    if (is_new) known->second = std::ranges::all_of(payload, [](std::uint8_t byte) { return byte == 0; });
    return known->second;
}

}  // namespace igvm::spec::decompiler
