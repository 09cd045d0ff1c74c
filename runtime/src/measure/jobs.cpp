#include "measure/jobs.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "measure/hash.hpp"

namespace igvm {
namespace {

/// A mask has 32 bits, and every platform needs one of its own.
constexpr std::ptrdiff_t kMaxPlatforms = 32;

PlatformType type_of(const SupportedPlatform& platform) {
    return PlatformType{std::uint8_t{platform.platform_type}};
}

/// The profiles to measure of one platform.
struct PlatformJob {
    SupportedPlatform platform;
    std::vector<LaunchProfile> profiles;
};

using Jobs = std::vector<PlatformJob>;
using Outcomes = std::vector<ProfileMeasurement>;

template <class Choose>
Result<Jobs> jobs_of(const Image& image, Choose choose) {
    Jobs jobs;
    for (const SupportedPlatform& platform : image.platforms())
        if (is_measured(type_of(platform))) jobs.push_back({platform, choose(type_of(platform))});
    return check_platform_count(image).map([&] { return std::move(jobs); });
}

LaunchOptions with_profile(LaunchOptions options, LaunchProfile profile) {
    options.profile = profile;
    return options;
}

/// Null when there is nothing to share; the folds then hash for themselves and meet the error again.
std::unique_ptr<ContentHashes> shared_contents(const Image& image, const PlatformJob& job) {
    if (type_of(job.platform) != PlatformType::kSnp || job.profiles.size() < 2) return nullptr;
    auto contents = ContentHashes::of(image, job.platform);
    return contents ? std::make_unique<ContentHashes>(std::move(*contents)) : nullptr;
}

Outcomes run(const Image& image, const PlatformJob& job, const LaunchOptions& options) {
    const auto contents = shared_contents(image, job);
    std::vector<Result<Measurement>> results(job.profiles.size());
    tbb::parallel_for(std::size_t{0}, results.size(), [&](std::size_t i) {
        results[i] =
            measure_with(image, job.platform, with_profile(options, job.profiles[i]), {}, contents.get());
    });
    Outcomes outcomes;
    for (std::size_t i = 0; i < results.size(); ++i)
        outcomes.push_back({type_of(job.platform), job.profiles[i], std::move(results[i])});
    return outcomes;
}

/// All jobs side by side: together they cost as much as the longest.
Result<Outcomes> run_all(const Image& image, const Jobs& jobs, const LaunchOptions& options) try {
    std::vector<Outcomes> parts(jobs.size());
    tbb::parallel_for(std::size_t{0}, jobs.size(),
                      [&](std::size_t i) { parts[i] = run(image, jobs[i], options); });
    Outcomes all;
    for (Outcomes& part : parts) std::ranges::move(part, std::back_inserter(all));
    return all;
} catch (const HashFailure& failure) {
    return fail(Rule::kInternal, image.headers_begin(), failure.what());
}

}  // namespace

Result<void> check_platform_count(const Image& image) {
    const auto count = std::ranges::count_if(
        image.platforms(), [](const SupportedPlatform& one) { return is_measured(type_of(one)); });
    if (count <= kMaxPlatforms) return {};
    return fail(Rule::kPlatformMaskShared, image.headers_begin(),
                fmt::format("{} platforms cannot each have a mask bit of their own", count));
}

Result<std::vector<ProfileMeasurement>> measure_each(const Image& image, const LaunchOptions& options) {
    const auto jobs = jobs_of(image, [&](PlatformType type) {
        auto profiles = profiles_of(type);
        std::erase_if(profiles, [&](LaunchProfile one) { return one != options.profile; });
        return profiles;
    });
    if (!jobs) return tl::unexpected(jobs.error());
    return run_all(image, *jobs, options);
}

Result<std::vector<Measurement>> measure_all(const Image& image, const LaunchOptions& options) {
    auto outcomes = measure_each(image, options);
    if (!outcomes) return tl::unexpected(outcomes.error());
    std::vector<Measurement> measurements;
    for (ProfileMeasurement& outcome : *outcomes) {
        if (!outcome.result) return tl::unexpected(outcome.result.error());
        measurements.push_back(std::move(*outcome.result));
    }
    return measurements;
}

Result<std::vector<ProfileMeasurement>> measure_profiles(const Image& image, const LaunchOptions& options) {
    const auto jobs = jobs_of(image, profiles_of);
    if (!jobs) return tl::unexpected(jobs.error());
    return run_all(image, *jobs, options);
}

}  // namespace igvm
