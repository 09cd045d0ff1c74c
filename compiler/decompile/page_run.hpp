// Pages of the image that can be one region.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "decompile/blobs.hpp"
#include "igvm/image.hpp"

namespace igvm::spec::decompiler {

/// A region under construction: pages with data, then pages that are blank alike.
struct PageRun {
    PageData header;  ///< of the first page
    std::uint64_t page_size = kPageSize;
    std::uint32_t headers = 0;
    std::vector<Bytes> data;  ///< a page each
    std::uint32_t blank = 0;  ///< pages after those with data
    enum class Blank : std::uint8_t { kNone, kStored, kElided } blanks = Blank::kNone;
    bool known = true;                             ///< the data is a slice of what an input holds already
    std::unordered_set<const std::uint8_t*> seen;  ///< where the data lies in the image

    std::uint64_t size() const { return headers * page_size; }
};

/// Takes pages as long as they make one region.
class PageRunner {
  public:
    PageRunner(const Image& image, const Blobs& blobs, std::uint64_t& repeats)
        : image_(image), blobs_(blobs), repeats_(repeats) {}

    /// The longest run that begins at a PAGE_DATA header and holds no header that is written as it stands.
    std::optional<PageRun> run(std::uint32_t first, const std::function<bool(std::uint32_t)>& as_stands);

  private:
    bool continues(const PageRun& run, const Header& next) const;
    bool take(PageRun& run, Bytes payload);
    bool take_blank(PageRun& run, PageRun::Blank blank);
    bool take_data(PageRun& run, Bytes payload);
    bool take_in_section(PageRun& run, Bytes payload);
    bool fill_blanks(PageRun& run);
    bool afford(PageRun& run, Bytes payload);
    bool is_zero(Bytes payload);

    const Image& image_;
    const Blobs& blobs_;
    std::uint64_t& repeats_;
    std::unordered_map<const std::uint8_t*, bool> zeros_;
};

}  // namespace igvm::spec::decompiler
