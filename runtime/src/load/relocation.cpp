#include "load/relocation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "load/placement.hpp"

namespace igvm::load {
namespace {

bool inside(const Interval& interval, std::uint64_t gpa) {
    return interval.begin <= gpa && gpa < interval.end;
}

bool is_large_page(const Header& header) {
    const auto page = header.as<PageData>();
    return page && (page->flags & kPageFlag2Mb) != 0;
}

tl::unexpected<Error> refuse(const Image& image, std::uint32_t header_index, Rule rule, std::string detail) {
    return fail(rule, image.header(header_index).offset, std::move(detail));
}

bool is_range(std::uint64_t gpa, std::uint64_t size) {
    return size != 0 && gpa % kPageSize == 0 && size % kPageSize == 0 && gpa < kEndOfGuestMemory &&
           size <= kEndOfGuestMemory - gpa;
}

Result<void> check_region(const Image& image, const Found<RelocatableRegion>& found) {
    const RelocatableRegion& region = found.wire;
    const std::uint64_t alignment = region.relocation_alignment;
    if (alignment != 0 && alignment % kPageSize == 0 && region.relocation_region_gpa % alignment == 0 &&
        is_range(region.relocation_region_gpa, region.relocation_region_size))
        return {};
    return refuse(
        image, found.header_index, Rule::kLoadRelocation,
        fmt::format("the region at {:#x} with {:#x} bytes and the alignment {:#x} is no range of aligned "
                    "pages",
                    std::uint64_t{region.relocation_region_gpa}, std::uint64_t{region.relocation_region_size},
                    alignment));
}

Result<void> check_page_table(const Image& image, const Found<PageTableRelocation>& found) {
    const PageTableRelocation& region = found.wire;
    if (is_range(region.gpa, region.size) && region.used_size % kPageSize == 0 &&
        region.used_size <= region.size)
        return {};
    return refuse(
        image, found.header_index, Rule::kLoadRelocation,
        fmt::format("the page table region at {:#x} with {:#x} bytes, {:#x} of them used, is no range of "
                    "pages",
                    std::uint64_t{region.gpa}, std::uint64_t{region.size}, std::uint64_t{region.used_size}));
}

Interval interval_of(const RelocatableRegion& region) {
    return {region.relocation_region_gpa, region.relocation_region_gpa + region.relocation_region_size};
}
Interval interval_of(const PageTableRelocation& region) { return {region.gpa, region.gpa + region.size}; }

/// The regions in file order, then the page table region, all where the file has them.
std::vector<Move> moves_of(const Survey& survey) {
    std::vector<Move> moves;
    for (const auto& region : survey.regions)
        moves.push_back({interval_of(region.wire), 0, region.header_index});
    if (survey.page_table)
        moves.push_back({interval_of(survey.page_table->wire), 0, survey.page_table->header_index});
    return moves;
}

std::vector<Move> sorted(std::vector<Move> moves) {
    std::ranges::sort(moves, {}, [](const Move& move) { return move.from.begin; });
    return moves;
}

Result<void> check_apart(const Image& image, const std::vector<Move>& by_gpa) {
    for (std::size_t i = 1; i < by_gpa.size(); ++i)
        if (by_gpa[i].from.begin < by_gpa[i - 1].from.end)
            return refuse(image, by_gpa[i].header_index, Rule::kLoadRelocation,
                          fmt::format("the region at {:#x} overlaps that at {:#x}", by_gpa[i].from.begin,
                                      by_gpa[i - 1].from.begin));
    return {};
}

Result<void> check_headers(const Image& image, const Survey& survey) {
    if (survey.regions.size() > kMaxRelocatableRegions)
        return refuse(image, survey.regions.back().header_index, Rule::kLoadRelocation,
                      fmt::format("the platform has {} relocatable regions; {} are supported",
                                  survey.regions.size(), kMaxRelocatableRegions));
    for (const auto& region : survey.regions)
        if (auto sound = check_region(image, region); !sound) return sound;
    if (survey.page_table)
        if (auto sound = check_page_table(image, *survey.page_table); !sound) return sound;
    return check_apart(image, sorted(moves_of(survey)));
}

/// The region that the page table region moves with.
std::size_t leader_of(const Survey& survey) {
    const PageTableRelocation& table = survey.page_table->wire;
    const auto same = std::ranges::find_if(survey.regions, [&](const auto& found) {
        return found.wire.vp_index == table.vp_index && found.wire.vtl == table.vtl;
    });
    return same == survey.regions.end() ? 0 : static_cast<std::size_t>(same - survey.regions.begin());
}

class Placer {
  public:
    Placer(const Image& image, const Survey& survey, const HostConfig& host, const MemoryMap& memory)
        : image_(image), survey_(survey), host_(host), ram_(memory.ram()), moves_(moves_of(survey)) {
        make_groups();
    }

    Result<std::vector<Move>> run() {
        collect_fixed();
        std::vector<std::size_t> homeless;
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            if (stays(i)) {
                occupy(groups_[i].at(groups_[i].region.relocation_region_gpa));
            } else {
                homeless.push_back(i);
            }
        }
        for (const std::size_t i : homeless)
            if (auto done = move(i); !done) return tl::unexpected(done.error());
        return moves_;
    }

  private:
    void make_groups() {
        for (std::size_t i = 0; i < survey_.regions.size(); ++i) {
            std::vector<Interval> parts = {moves_[i].from};
            if (survey_.page_table && leader_of(survey_) == i) parts.push_back(moves_.back().from);
            const std::size_t own = parts.size();
            for (const Extent& extent : survey_.extents)
                if (std::any_of(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(own),
                                [&](const Interval& part) { return inside(part, extent.interval.begin); }))
                    parts.push_back(extent.interval);
            groups_.push_back(
                {survey_.regions[i].wire, survey_.regions[i].header_index, unite(std::move(parts))});
        }
    }

    /// What is loaded or required outside of all regions keeps its place.
    void collect_fixed() {
        for (const Extent& extent : survey_.extents)
            if (std::ranges::none_of(
                    moves_, [&](const Move& move) { return inside(move.from, extent.interval.begin); }))
                taken_.push_back(extent.interval);
    }

    std::optional<std::uint64_t> wanted(std::size_t group) const {
        if (group >= host_.relocation_bases.size()) return std::nullopt;
        return host_.relocation_bases[group];
    }

    bool stays(std::size_t group) const {
        const std::uint64_t home = groups_[group].region.relocation_region_gpa;
        return wanted(group).value_or(home) == home &&
               std::ranges::all_of(groups_[group].parts, [&](const Interval& part) {
                   return find_covering(ram_, part.begin, part.end) != nullptr;
               });
    }

    void occupy(const Intervals& parts) { taken_.insert(taken_.end(), parts.begin(), parts.end()); }

    Result<void> move(std::size_t index) {
        const Group& group = groups_[index];
        taken_ = unite(std::move(taken_));
        const Intervals free = subtract(ram_, taken_);
        const auto base = wanted(index) ? forced(group, free, *wanted(index)) : lowest_base(group, free);
        if (!base) return no_place(index);
        if (image_.architecture() != Architecture::kX64)
            return refuse(
                image_, group.header_index, Rule::kLoadRelocation,
                "the host has no memory where the file has the region, and only x64 images can move");
        occupy(group.at(*base));
        const std::uint64_t delta = *base - group.region.relocation_region_gpa;
        moves_[index].delta = delta;
        if (survey_.page_table && leader_of(survey_) == index) moves_.back().delta = delta;
        return {};
    }

    static std::optional<std::uint64_t> forced(const Group& group, const Intervals& free,
                                               std::uint64_t base) {
        if (!base_allowed(group, base)) return std::nullopt;
        for (const Interval& part : group.at(base))
            if (find_covering(free, part.begin, part.end) == nullptr) return std::nullopt;
        return base;
    }

    Result<void> no_place(std::size_t index) const {
        const RelocatableRegion& region = groups_[index].region;
        const auto base = wanted(index);
        return refuse(
            image_, groups_[index].header_index, Rule::kLoadRelocation,
            fmt::format(
                "{} for the region at {:#x} with {:#x} bytes, which may lie from {:#x} to {:#x} at "
                "multiples of {:#x}",
                base ? fmt::format("{:#x} is no place", *base) : "the host has no free memory",
                std::uint64_t{region.relocation_region_gpa}, std::uint64_t{region.relocation_region_size},
                std::uint64_t{region.minimum_relocation_gpa}, std::uint64_t{region.maximum_relocation_gpa},
                std::uint64_t{region.relocation_alignment}));
    }

    const Image& image_;
    const Survey& survey_;
    const HostConfig& host_;
    const Intervals& ram_;
    std::vector<Move> moves_;
    std::vector<Group> groups_{};
    std::vector<Interval> taken_{};
};

}  // namespace

Relocations::Relocations(std::vector<Move> moves) : moves_(std::move(moves)), by_gpa_(sorted(moves_)) {}

Result<Relocations> Relocations::make(const Image& image, const Survey& survey, const HostConfig& host,
                                      const MemoryMap& memory) {
    if (host.relocation_bases.size() > survey.regions.size())
        return fail(Rule::kLoadHost, image.headers_begin(),
                    fmt::format("{} relocation bases are given; the platform has {} relocatable regions",
                                host.relocation_bases.size(), survey.regions.size()));
    if (auto sound = check_headers(image, survey); !sound) return tl::unexpected(sound.error());
    auto moves = Placer(image, survey, host, memory).run();
    if (!moves) return tl::unexpected(moves.error());
    Relocations result(std::move(*moves));
    if (auto sound = result.check_extents(image, survey); !sound) return tl::unexpected(sound.error());
    return result;
}

bool Relocations::any() const {
    return std::ranges::any_of(moves_, [](const Move& move) { return move.delta != 0; });
}

const Move* Relocations::find(std::uint64_t gpa) const {
    const auto after =
        std::ranges::upper_bound(by_gpa_, gpa, {}, [](const Move& move) { return move.from.begin; });
    if (after == by_gpa_.begin()) return nullptr;
    const Move& before = *std::prev(after);
    return inside(before.from, gpa) ? &before : nullptr;
}

std::uint64_t Relocations::relocate(std::uint64_t gpa) const {
    const Move* const move = find(gpa);
    return move == nullptr ? gpa : gpa + move->delta;
}

std::span<const Move> Relocations::meeting(const Interval& interval) const {
    const auto first =
        std::ranges::upper_bound(by_gpa_, interval.begin, {}, [](const Move& move) { return move.from.end; });
    const auto last =
        std::ranges::lower_bound(by_gpa_, interval.end, {}, [](const Move& move) { return move.from.begin; });
    return first < last ? std::span(first, last) : std::span<const Move>{};
}

bool Relocations::crosses_border(const Interval& interval) const {
    return std::ranges::any_of(meeting(interval), [&](const Move& move) {
        return interval.begin < move.from.begin || move.from.end < interval.end;
    });
}

/// What is loaded lies in one region or in none, and 2 MB pages stay aligned. Required memory may be larger
/// than the region it begins in.
Result<void> Relocations::check_extents(const Image& image, const Survey& survey) const {
    if (!any()) return {};
    for (const Extent& extent : survey.extents) {
        if (extent.reason != MapReason::kLaunch) continue;
        if (crosses_border(extent.interval))
            return refuse(image, extent.header_index, Rule::kLoadRelocation,
                          fmt::format("{:#x} to {:#x} lies across the border of a region that moves",
                                      extent.interval.begin, extent.interval.end));
        const std::uint64_t delta = relocate(extent.interval.begin) - extent.interval.begin;
        if (delta % kLargePageSize != 0 && is_large_page(image.header(extent.header_index)))
            return refuse(image, extent.header_index, Rule::kLoadRelocation,
                          fmt::format("the 2 MB page at {:#x} would move to {:#x}", extent.interval.begin,
                                      extent.interval.begin + delta));
    }
    return {};
}

}  // namespace igvm::load
