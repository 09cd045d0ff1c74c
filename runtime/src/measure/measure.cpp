#include "igvm/measure.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

using MakeFold = FoldResult (*)(const FoldInput&);

struct PlatformFold {
    PlatformType platform;
    MakeFold make;
};

constexpr std::array kFolds = {
    PlatformFold{PlatformType::kVbs, make_vbs_fold},      PlatformFold{PlatformType::kSnp, make_snp_fold},
    PlatformFold{PlatformType::kTdx, make_tdx_fold},      PlatformFold{PlatformType::kSev, make_sev_fold},
    PlatformFold{PlatformType::kSevEs, make_sev_es_fold}, PlatformFold{PlatformType::kCca, make_cca_fold},
};

/// A mask has 32 bits, and every platform needs one of its own.
constexpr std::size_t kMaxPlatforms = 32;

MakeFold find_fold(PlatformType platform) {
    const auto* const row = std::ranges::find(kFolds, platform, &PlatformFold::platform);
    return row == kFolds.end() ? nullptr : row->make;
}

PlatformType type_of(const SupportedPlatform& platform) {
    return PlatformType{std::uint8_t{platform.platform_type}};
}

Result<Measurement> run_fold(MakeFold make, const FoldInput& input, LaunchProfile profile) {
    const auto fold = make(input);
    if (!fold) return tl::unexpected(fold.error());
    const auto walked = walk(input.image, input.platform, profile,
                             [&](const LaunchEvent& event) { return (*fold)->add(event); });
    if (!walked) return tl::unexpected(walked.error());
    auto digest = (*fold)->finish();
    if (!digest) return tl::unexpected(digest.error());
    return Measurement{type_of(input.platform), profile, (*fold)->algorithm(), std::move(*digest)};
}

std::vector<SupportedPlatform> measured_platforms(const Image& image) {
    std::vector<SupportedPlatform> platforms;
    std::ranges::copy_if(image.platforms(), std::back_inserter(platforms),
                         [](const SupportedPlatform& one) { return is_measured(type_of(one)); });
    return platforms;
}

}  // namespace

bool is_measured(PlatformType platform) { return find_fold(platform) != nullptr; }

Result<void> require_normal(const LaunchEvent& event, const FoldInput& input) {
    if (event.page_type == PageDataType::kNormal) return {};
    return fail(
        Rule::kMeasurePageType, input.offset_of(event),
        fmt::format("the page at GPA {:#x} has data type {}, and platform type {} measures NORMAL pages "
                    "alone",
                    event.gpa, static_cast<unsigned>(event.page_type),
                    static_cast<unsigned>(type_of(input.platform))));
}

Result<Bytes> page_content(const LaunchEvent& event, const FoldInput& input) {
    if (event.content.empty()) return Bytes(kZeroPage);
    if (event.content.size() == kPageSize) return event.content;
    return fail(
        Rule::kVpContextMask, input.offset_of(event),
        fmt::format("the VP context at GPA {:#x} has {} bytes, not a page", event.gpa, event.content.size()));
}

Result<Measurement> measure(const Image& image, const SupportedPlatform& platform, LaunchProfile profile,
                            const TraceSink& trace) {
    const MakeFold make = find_fold(type_of(platform));
    if (make == nullptr)
        return fail(Rule::kMeasureUnsupported, image.headers_begin(),
                    fmt::format("platform type {} has no launch measurement",
                                static_cast<unsigned>(type_of(platform))));
    try {
        return run_fold(make, FoldInput{image, platform, trace}, profile);
    } catch (const HashFailure& failure) {
        return fail(Rule::kInternal, image.headers_begin(), failure.what());
    }
}

Result<std::vector<Measurement>> measure_all(const Image& image, LaunchProfile profile) {
    const auto platforms = measured_platforms(image);
    if (platforms.size() > kMaxPlatforms)
        return fail(Rule::kPlatformMaskShared, image.headers_begin(),
                    fmt::format("{} platforms cannot each have a mask bit of their own", platforms.size()));
    std::vector<Result<Measurement>> results(platforms.size());
    tbb::parallel_for(std::size_t{0}, platforms.size(),
                      [&](std::size_t i) { results[i] = measure(image, platforms[i], profile); });
    std::vector<Measurement> measurements;
    for (auto& result : results) {
        if (!result) return tl::unexpected(result.error());
        measurements.push_back(std::move(*result));
    }
    return measurements;
}

}  // namespace igvm
