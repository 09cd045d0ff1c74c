#include "ir/limits.hpp"

#include <algorithm>
#include <set>

namespace igvm::spec::ir {
namespace {

/// What an item costs.
struct Cost {
    std::uint64_t pages = 0;  ///< of 4 KiB
    std::uint64_t headers = 1;
};

struct CostOf {
    Cost operator()(const model::Region& region) const {
        return {region.size / kPageSize, region.size / region.page_size};
    }
    Cost operator()(const model::Fill& fill) const { return {fill.size / kPageSize, fill.size / kPageSize}; }
    Cost operator()(const model::ParameterArea& area) const {
        return {area.initial.bytes.empty() ? 0 : area.size / kPageSize,
                1 + area.parameters.size() + area.inserts.size()};
    }
    Cost operator()(const model::RequiredMemory& memory) const { return {0, memory.size / kMaxSpan + 1}; }
    Cost operator()(const model::Import& import) const {
        Cost cost{0, import.headers.size()};
        for (const model::ImportedHeader& header : import.headers) {
            if (header.type != HeaderType::kPageData) continue;
            const bool large = (read<PageData>(header.body, 0)->flags & kPageFlag2Mb) != 0;
            cost.pages += large ? kLargePageSize / kPageSize : 1;
        }
        return cost;
    }
    Cost operator()(const auto&) const { return {}; }
};

/// What is filled up to a whole page or area, each content once.
class Filler {
  public:
    /// Bytes that the item adds.
    std::uint64_t add(const model::Item& item) {
        if (const auto* area = std::get_if<model::ParameterArea>(&item.body))
            return add(area->initial.bytes, area->size);
        const auto* region = std::get_if<model::Region>(&item.body);
        if (region == nullptr) return 0;
        const Bytes data = region->data.bytes;
        return add(data.last(data.size() % region->page_size), region->page_size);
    }

  private:
    std::uint64_t add(Bytes bytes, std::uint64_t size) {
        if (bytes.empty() || bytes.size() == size) return 0;
        const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return seen_.emplace(size, content).second ? size : 0;
    }

    std::set<std::pair<std::uint64_t, std::string_view>> seen_;
};

}  // namespace

std::optional<Excess> find_excess(const model::Image& image) {
    Filler filler;
    std::uint64_t pages = 0, headers = 0, filled = 0;
    for (const model::Item& item : image.items) {
        const Cost cost = std::visit(CostOf{}, item.body);
        pages += cost.pages;
        headers += cost.headers;
        filled += filler.add(item);
        if (pages > kMaxPages) return Excess{&item, "the regions add up to more than 16 GiB"};
        if (headers > kMaxHeaders) return Excess{&item, "the image has more than 4194304 headers"};
        if (filled > kMaxFilled)
            return Excess{&item, "what is filled up with zeros to whole pages and areas is more than 1 GiB"};
    }
    return std::nullopt;
}

}  // namespace igvm::spec::ir
