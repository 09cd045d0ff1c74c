// The SEV and SEV-ES launch digests: AMD SEV API, LAUNCH_UPDATE_DATA and LAUNCH_UPDATE_VMSA.
#include <algorithm>

#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

class SevFold final : public Fold {
  public:
    SevFold(const FoldInput& input, bool with_vmsa) : input_(input), with_vmsa_(with_vmsa) {}

    HashAlgorithm algorithm() const override { return HashAlgorithm::kSha256; }

    Result<void> add(const LaunchEvent& event) override {
        if (event.kind == LaunchKind::kVpContext && with_vmsa_) contexts_.push_back(event);
        if (event.kind != LaunchKind::kPage) return {};
        if (auto normal = require_normal(event, input_); !normal) return normal;
        if (event.shared || !event.measured) return {};
        return append(event);
    }

    /// The firmware encrypts the VMSAs after all pages, in VP order.
    Result<std::vector<std::uint8_t>> finish() override {
        std::ranges::stable_sort(contexts_, {}, &LaunchEvent::vp_index);
        for (const LaunchEvent& context : contexts_)
            if (auto done = append(context); !done) return tl::unexpected(done.error());
        std::vector<std::uint8_t> digest(stream_.digest_size());
        stream_.finish(digest);
        return digest;
    }

  private:
    Result<void> append(const LaunchEvent& event) {
        const auto content = page_content(event, input_);
        if (!content) return tl::unexpected(content.error());
        stream_.update(*content);
        input_.line(event);
        return {};
    }

    FoldInput input_;
    bool with_vmsa_;
    Hasher stream_{HashAlgorithm::kSha256};
    std::vector<LaunchEvent> contexts_;
};

}  // namespace

FoldResult make_sev_fold(const FoldInput& input) { return std::make_unique<SevFold>(input, false); }
FoldResult make_sev_es_fold(const FoldInput& input) { return std::make_unique<SevFold>(input, true); }

}  // namespace igvm
