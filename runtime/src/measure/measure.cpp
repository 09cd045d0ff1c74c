#include "igvm/measure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "measure/ap_vmsa.hpp"
#include "measure/fold.hpp"
#include "measure/hash.hpp"
#include "measure/jobs.hpp"

namespace igvm {
namespace {

using MakeFold = FoldResult (*)(const FoldInput&);

constexpr std::size_t kSha256[] = {32};
constexpr std::size_t kSha384[] = {48};
constexpr std::size_t kRealmHash[] = {64, 48, 32};

struct PlatformFold {
    PlatformType platform;
    MakeFold make;
    std::span<const std::size_t> sizes;
};

constexpr std::array kFolds = {
    PlatformFold{PlatformType::kVbs, make_vbs_fold, kSha256},
    PlatformFold{PlatformType::kSnp, make_snp_fold, kSha384},
    PlatformFold{PlatformType::kTdx, make_tdx_fold, kSha384},
    PlatformFold{PlatformType::kSev, make_sev_fold, kSha256},
    PlatformFold{PlatformType::kSevEs, make_sev_es_fold, kSha256},
    PlatformFold{PlatformType::kCca, make_cca_fold, kRealmHash},
};

const PlatformFold* find_row(PlatformType platform) {
    const auto* const row = std::ranges::find(kFolds, platform, &PlatformFold::platform);
    return row == kFolds.end() ? nullptr : row;
}

MakeFold find_fold(PlatformType platform) {
    const PlatformFold* row = find_row(platform);
    return row == nullptr ? nullptr : row->make;
}

PlatformType type_of(const SupportedPlatform& platform) {
    return PlatformType{std::uint8_t{platform.platform_type}};
}

Result<void> run_passes(Fold& fold, const FoldInput& input) {
    for (unsigned pass = 0; pass < fold.passes(); ++pass) {
        const auto walked = walk(input.image, input.platform, input.options,
                                 [&](const LaunchEvent& event) { return fold.add(event, pass); });
        if (!walked) return walked;
    }
    return {};
}

Result<Measurement> run_fold(MakeFold make, const FoldInput& input) {
    const auto fold = make(input);
    if (!fold) return tl::unexpected(fold.error());
    if (auto walked = run_passes(**fold, input); !walked) return tl::unexpected(walked.error());
    auto digest = (*fold)->finish();
    if (!digest) return tl::unexpected(digest.error());
    return Measurement{type_of(input.platform), input.options.profile, (*fold)->algorithm(),
                       std::move(*digest)};
}

}  // namespace

bool is_measured(PlatformType platform) { return find_fold(platform) != nullptr; }

std::span<const std::size_t> digest_sizes(PlatformType platform) {
    const PlatformFold* row = find_row(platform);
    return row == nullptr ? std::span<const std::size_t>() : row->sizes;
}

Result<void> require_normal(const LaunchEvent& event, const FoldInput& input) {
    if (event.page_type == PageDataType::kNormal) return {};
    return fail(
        Rule::kMeasurePageType, input.offset_of(event),
        fmt::format("the page at GPA {:#x} has data type {}, and {} measures NORMAL pages alone", event.gpa,
                    static_cast<unsigned>(event.page_type), platform_text(input.platform.platform_type)));
}

Result<Bytes> page_content(const LaunchEvent& event, const FoldInput& input) {
    if (event.content.empty()) return Bytes(kZeroPage);
    if (event.content.size() == kPageSize) return event.content;
    return fail(
        Rule::kVpContextMask, input.offset_of(event),
        fmt::format("the VP context at GPA {:#x} has {} bytes, not a page", event.gpa, event.content.size()));
}

PagesWithoutData FoldInput::without_data() const {
    if (type_of(platform) != PlatformType::kSnp) return rules.without_data;
    switch (options.zeros) {
        case ZeroPolicy::kNormal:
            return PagesWithoutData::kZeros;
        case ZeroPolicy::kZero:
            return PagesWithoutData::kZeroType;
        case ZeroPolicy::kOfProfile:
            break;
    }
    return rules.without_data;
}

Result<Measurement> measure(const Image& image, const SupportedPlatform& platform,
                            const LaunchOptions& options, const TraceSink& trace) {
    return measure_with(image, platform, options, trace, nullptr);
}

Result<Measurement> measure_with(const Image& image, const SupportedPlatform& platform,
                                 const LaunchOptions& options, const TraceSink& trace,
                                 const ContentHashes* contents) {
    const PlatformType type = type_of(platform);
    const MakeFold make = find_fold(type);
    if (make == nullptr)
        return fail(Rule::kMeasureUnsupported, image.headers_begin(),
                    fmt::format("{} has no launch measurement", platform_text(platform.platform_type)));
    const LaunchRules* const rules = find_rules(type, options.profile);
    if (rules == nullptr) return tl::unexpected(no_such_profile(image, type, options.profile));
    const CompletedOptions completed(image, platform, options);
    try {
        return run_fold(make, FoldInput{image, platform, completed.options(), *rules, trace, contents});
    } catch (const HashFailure& failure) {
        return fail(Rule::kInternal, image.headers_begin(), failure.what());
    }
}

}  // namespace igvm
