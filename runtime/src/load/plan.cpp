#include "load/plan.hpp"

#include <fmt/format.h>

#include <bit>

namespace igvm::load {
namespace {

class Planner {
  public:
    Planner(const Image& image, const SupportedPlatform& platform, const HostConfig& host)
        : image_(image), platform_(platform), host_(host) {}

    Result<std::unique_ptr<const Plan>> run() {
        const auto done = check_host()
                              .and_then([&] { return place(); })
                              .and_then([&] { return require_memory(); })
                              .and_then([&] { return fill(); })
                              .and_then([&] { return fix(); });
        if (!done) return tl::unexpected(done.error());
        return std::move(plan_);
    }

  private:
    Result<void> check_host() const {
        if (host_.vp_count == 0) return fail(Rule::kLoadHost, 0, "the host has 0 VPs");
        const std::uint64_t bit = host_.private_bit;
        if (bit != 0 && (!std::has_single_bit(bit) || bit < kEndOf32Bits || bit >= kEndOfGuestMemory))
            return fail(Rule::kLoadHost, 0,
                        fmt::format("{:#x} is not one bit of 32 to 51 in a page table entry", bit));
        return {};
    }

    Result<void> place() {
        return assign(plan_->memory_map, MemoryMap::make(host_.memory_map))
            .and_then([&] { return assign(plan_->survey, survey(image_, platform_, host_.vp_count)); })
            .and_then([&] {
                return assign(plan_->relocations,
                              Relocations::make(image_, plan_->survey, host_, plan_->memory_map));
            });
    }

    template <class T>
    static Result<void> assign(T& target, Result<T> source) {
        if (!source) return tl::unexpected(source.error());
        target = *std::move(source);
        return {};
    }

    Result<void> require_memory() {
        std::vector<Interval> protectable;
        for (const Extent& extent : plan_->survey.extents) {
            if (extent.reason == MapReason::kLaunch || extent.interval.begin == extent.interval.end) continue;
            const std::uint64_t begin = plan_->relocations.relocate(extent.interval.begin);
            const Interval moved{begin, begin + (extent.interval.end - extent.interval.begin)};
            if (auto found = require(moved, extent.header_index); !found) return found;
            if (extent.reason == MapReason::kVtl2Protectable) protectable.push_back(moved);
        }
        for (const Move& move : plan_->relocations.moves()) {
            const Interval moved{move.from.begin + move.delta, move.from.end + move.delta};
            if (auto found = require(moved, move.header_index); !found) return found;
        }
        plan_->memory_map.protect(unite(std::move(protectable)));
        return {};
    }

    Result<void> require(const Interval& range, std::uint32_t header_index) const {
        if (find_covering(plan_->memory_map.ram(), range.begin, range.end) != nullptr) return {};
        return fail(Rule::kLoadMemory, image_.header(header_index).offset,
                    fmt::format("the image needs memory from {:#x} to {:#x}, which the host has not all",
                                range.begin, range.end));
    }

    Result<void> fill() {
        return assign(plan_->values, HostValues::make(host_, plan_->memory_map)).and_then([&] {
            return assign(plan_->parameters,
                          Parameters::collect(image_, platform_.compatibility_mask, plan_->values));
        });
    }

    Result<void> fix() {
        if (!plan_->relocations.any()) return {};
        const auto type = PlatformType{std::uint8_t{platform_.platform_type}};
        const auto format = x64_context_format(type);
        if (!format)
            return fail(Rule::kLoadRelocation,
                        image_.header(plan_->survey.regions.front().header_index).offset,
                        "a region must move, and the platform has no x64 VP contexts");
        return assign(plan_->contexts, fix_contexts(image_, plan_->survey, plan_->relocations, *format))
            .and_then([&] { return fix_page_tables(*format); });
    }

    Result<void> fix_page_tables(ContextFormat format) {
        if (!plan_->survey.page_table) return {};
        const auto state = paging_state(image_, plan_->survey, format);
        if (!state) return tl::unexpected(state.error());
        PageTables& tables = plan_->page_tables.emplace(image_, *plan_->survey.page_table, plan_->relocations,
                                                        host_.private_bit);
        const auto walked = walk(image_, platform_, LaunchProfile::kSpec, [&](const LaunchEvent& event) {
            if (event.kind == LaunchKind::kPage) tables.add(event.gpa, event.content);
            return Result<void>{};
        });
        return walked.and_then([&] { return tables.fix(*state); });
    }

    static constexpr std::uint64_t kEndOf32Bits = std::uint64_t{1} << 32;

    const Image& image_;
    const SupportedPlatform& platform_;
    const HostConfig& host_;
    std::unique_ptr<Plan> plan_ = std::make_unique<Plan>();
};

}  // namespace

Result<std::unique_ptr<const Plan>> make_plan(const Image& image, const SupportedPlatform& platform,
                                              const HostConfig& host) {
    return Planner(image, platform, host).run();
}

}  // namespace igvm::load
