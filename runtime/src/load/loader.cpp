#include "igvm/loader.hpp"

#include "load/delivery.hpp"

namespace igvm {
namespace {

using load::Plan;

LoadReport report_of(const Plan& plan, const load::Delivery& delivery) {
    LoadReport report;
    for (const load::Move& move : plan.relocations.moves())
        report.relocations.push_back({{move.from.begin, move.from.end - move.from.begin},
                                      move.from.begin + move.delta,
                                      move.header_index});
    report.memory_map = plan.memory_map.entries();
    report.page_count = delivery.page_count();
    report.vp_count = delivery.vp_count();
    return report;
}

}  // namespace

struct Loader::State {
    const Image& image;
    SupportedPlatform platform;
    std::unique_ptr<const Plan> plan{};  ///< holds what the VMM was handed
};

Loader::Loader(const Image& image, const SupportedPlatform& platform)
    : state_(std::make_unique<State>(State{image, platform})) {}
Loader::~Loader() = default;
Loader::Loader(Loader&&) noexcept = default;
Loader& Loader::operator=(Loader&&) noexcept = default;

Result<LoadReport> Loader::load(const HostConfig& host, Memory& memory) {
    auto plan = load::make_plan(state_->image, state_->platform, host);
    if (!plan) return tl::unexpected(plan.error());
    state_->plan = *std::move(plan);
    load::Delivery delivery(state_->image, state_->platform, *state_->plan, memory);
    const auto done = delivery.require()
                          .and_then([&] {
                              return walk(state_->image, state_->platform, LaunchProfile::kSpec,
                                          [&](const LaunchEvent& event) { return delivery.add(event); });
                          })
                          .and_then([&] { return delivery.finish(); });
    if (!done) return tl::unexpected(done.error());
    return report_of(*state_->plan, delivery);
}

}  // namespace igvm
