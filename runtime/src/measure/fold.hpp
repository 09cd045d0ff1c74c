// What each platform's measurement is: a fold over the launch walk.
#pragma once

#include <array>
#include <memory>

#include "igvm/measure.hpp"

namespace igvm {

/// What a fold is made from; outlives it.
struct FoldInput {
    const Image& image;
    const SupportedPlatform& platform;
    const TraceSink& trace;

    void line(const LaunchEvent& event, Bytes running = {}) const {
        if (trace) trace({event, running});
    }
    std::uint64_t offset_of(const LaunchEvent& event) const {
        return image.header(event.header_index).offset;
    }
};

class Fold {
  public:
    virtual ~Fold() = default;
    virtual HashAlgorithm algorithm() const = 0;
    virtual Result<void> add(const LaunchEvent& event) = 0;
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
