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

    Result<void> add(const LaunchEvent& event, unsigned /*pass*/) override {
        if (event.kind == LaunchKind::kVpContext) return add_context(event);
        if (event.kind != LaunchKind::kPage) return {};
        if (input_.rules.all_data) return event.content.empty() ? Result<void>{} : append(event);
        if (auto normal = require_normal(event, input_); !normal) return normal;
        return event.measured && !input_.left_out(event) ? append(event) : Result<void>{};
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
    Result<void> add_context(const LaunchEvent& event) {
        if (input_.rules.vmsas == VmsaPlacement::kInPlaceAnyMask) return append(event);
        if (with_vmsa_) contexts_.push_back(event);
        return {};
    }

    Result<void> append(const LaunchEvent& event) {
        const auto content = page_content(event, input_);
        if (!content) return tl::unexpected(content.error());
        stream_.update(*content);
        if (!input_.trace) return {};
        std::array<std::uint8_t, kMaxDigestSize> running;
        stream_.peek(running);
        input_.line(event, event.kind == LaunchKind::kVpContext ? "VMSA" : "DATA",
                    Bytes(running).first(stream_.digest_size()));
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
