// What each platform's measurement is: a fold over the launch walk.
#pragma once

#include <array>
#include <memory>

#include "igvm/measure.hpp"
#include "launch/rules.hpp"
#include "measure/content_hashes.hpp"

namespace igvm {

/// What a fold is made from; outlives it.
struct FoldInput {
    const Image& image;
    const SupportedPlatform& platform;
    const LaunchOptions& options;
    const LaunchRules& rules;
    const TraceSink& trace;
    const ContentHashes* contents = nullptr;  ///< what other folds have hashed, or null

    void line(const LaunchEvent& event, std::string_view type, Bytes running) const {
        if (trace) trace({event, type, running});
    }
    std::uint64_t offset_of(const LaunchEvent& event) const {
        return event.header_index == kNoHeader ? image.headers_begin()
                                               : image.header(event.header_index).offset;
    }
    bool left_out(const LaunchEvent& event) const { return event.shared && !rules.shared_pages; }
    /// What the profile makes of pages without data, unless the host says otherwise.
    PagesWithoutData without_data() const;
};

class Fold {
  public:
    virtual ~Fold() = default;
    virtual HashAlgorithm algorithm() const = 0;
    /// How often the events are walked.
    virtual unsigned passes() const { return 1; }
    virtual Result<void> add(const LaunchEvent& event, unsigned pass) = 0;
    /// Called once, after the last event.
    virtual Result<std::vector<std::uint8_t>> finish() = 0;
};

using FoldResult = Result<std::unique_ptr<Fold>>;

FoldResult make_snp_fold(const FoldInput& input);
FoldResult make_tdx_fold(const FoldInput& input);
FoldResult make_vbs_fold(const FoldInput& input);
FoldResult make_sev_fold(const FoldInput& input);
FoldResult make_sev_es_fold(const FoldInput& input);
FoldResult make_cca_fold(const FoldInput& input);

/// kMeasurePageType unless the page is NORMAL.
Result<void> require_normal(const LaunchEvent& event, const FoldInput& input);

/// The 4096 bytes of a page or VP context, zeros when the file stores none.
/// Error: kVpContextMask for a VP context of another size (one that is stored for VBS).
Result<Bytes> page_content(const LaunchEvent& event, const FoldInput& input);

inline constexpr std::array<std::uint8_t, kPageSize> kZeroPage{};

}  // namespace igvm
