#include "load/delivery.hpp"

#include <algorithm>
#include <utility>

namespace igvm::load {
namespace {

PageState state_of(const LaunchEvent& event) {
    const bool error_page = event.kind == LaunchKind::kErrorPage;
    return {event.kind, event.page_type, event.measured, event.shared || error_page};
}

Bytes as_bytes(const PageTables::Table& table) {
    return {reinterpret_cast<const std::uint8_t*>(table.data()), kPageSize};
}

bool all_zero(Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Delivery::Delivery(const Image& image, const SupportedPlatform& platform, const Plan& plan, Memory& memory)
    : image_(image),
      platform_(PlatformType{std::uint8_t{platform.platform_type}}),
      plan_(plan),
      memory_(memory) {
    if (plan.page_tables)
        for (const auto& [gpa, table] : plan.page_tables->tables()) undelivered_.insert(gpa);
}

Result<void> Delivery::require() {
    for (const Extent& extent : plan_.survey.extents) {
        const auto [begin, end] = extent.interval;
        if (extent.reason == MapReason::kLaunch || begin == end) continue;
        if (auto done = memory_.map({plan_.relocations.relocate(begin), end - begin}, extent.reason); !done)
            return done;
    }
    for (const Move& move : plan_.relocations.moves())
        if (auto done = memory_.map({move.from.begin + move.delta, move.from.end - move.from.begin},
                                    MapReason::kRequired);
            !done)
            return done;
    return {};
}

Result<void> Delivery::add(const LaunchEvent& event) {
    if (event.kind == LaunchKind::kVpContext) return add_vp(event);
    const std::uint64_t gpa = plan_.relocations.relocate(event.gpa);
    if (auto done = add_page(gpa, state_of(event)); !done) return done;
    if (event.kind == LaunchKind::kParameterPage) return add_parameter_content(event, gpa);
    if (event.kind == LaunchKind::kPage) add_page_content(event, gpa);
    return {};
}

Result<void> Delivery::add_page(std::uint64_t gpa, const PageState& state) {
    const bool continues = gpa == range_.end && state == state_ && gpa % kLargePageSize != 0;
    if (!continues) {
        if (auto done = flush(); !done) return done;
        range_ = {gpa, gpa};
        state_ = state;
    }
    range_.end += kPageSize;
    ++page_count_;
    return {};
}

void Delivery::add_page_content(const LaunchEvent& event, std::uint64_t gpa) {
    if (undelivered_.erase(event.gpa) != 0)
        return add_content(gpa, as_bytes(plan_.page_tables->tables().at(event.gpa)), 0);
    add_content(gpa, event.content, event.content_id);
}

Result<void> Delivery::add_parameter_content(const LaunchEvent& event, std::uint64_t gpa) {
    const Header insert = image_.header(event.header_index);
    const std::uint64_t offset = event.gpa - insert.as<ParameterInsert>()->gpa;
    return plan_.parameters.inserted_by(insert).visit(offset, offset + kPageSize,
                                                      [&](std::uint64_t at, Bytes bytes) -> Result<void> {
                                                          add_content(gpa + (at - offset), bytes, 0);
                                                          return {};
                                                      });
}

/// Pages that follow one another in the file and in memory become one piece.
void Delivery::add_content(std::uint64_t gpa, Bytes content, std::uint64_t content_id) {
    if (content.empty()) return;
    const bool continues = content_id != 0 && content_id == next_content_id_ && !pieces_.empty() &&
                           pieces_.back().gpa + pieces_.back().content.size() == gpa;
    if (continues) {
        pieces_.back().content = {pieces_.back().content.data(),
                                  pieces_.back().content.size() + content.size()};
    } else {
        pieces_.push_back({gpa, content});
    }
    next_content_id_ = content_id == 0 ? 0 : content_id + content.size();
}

Result<void> Delivery::flush() {
    if (range_.begin == range_.end) return {};
    const GpaRange range{range_.begin, range_.end - range_.begin};
    if (auto done = memory_.map(range, MapReason::kLaunch); !done) return done;
    for (const Piece& piece : pieces_)
        if (auto done = memory_.write(piece.gpa, piece.content); !done) return done;
    pieces_.clear();
    range_ = {};
    return memory_.set_page_state(range, state_);
}

Result<void> Delivery::add_vp(const LaunchEvent& event) {
    if (auto done = flush(); !done) return done;
    const auto& vps = plan_.survey.vps;
    const auto vp = std::ranges::lower_bound(vps, event.header_index, {}, &VpHeader::header_index);
    const auto fixed = plan_.contexts.find(event.header_index);
    const bool has_vmsa = x64_context_format(platform_) == ContextFormat::kVmsa;
    ++vp_count_;
    return memory_.set_vp_state(
        {platform_, event.vp_index, vp->vtl, has_vmsa ? plan_.relocations.relocate(event.gpa) : 0,
         fixed == plan_.contexts.end() ? event.content : Bytes(fixed->second), event.header_index});
}

/// Tables that took unused pages, or pages of which the file has no data.
Result<void> Delivery::finish() {
    const auto left = std::exchange(undelivered_, {});
    for (const std::uint64_t gpa : left) {
        const Bytes content = as_bytes(plan_.page_tables->tables().at(gpa));
        if (all_zero(content)) continue;
        const std::uint64_t place = plan_.relocations.relocate(gpa);
        if (auto done = add_page(place, PageState{}); !done) return done;
        add_content(place, content, 0);
    }
    return flush();
}

}  // namespace igvm::load
