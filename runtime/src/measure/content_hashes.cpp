#include "measure/content_hashes.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "measure/hash.hpp"

namespace igvm {
namespace {

constexpr std::size_t kGrain = 16;

bool is_hashed(const LaunchEvent& event) {
    return event.kind == LaunchKind::kPage && event.page_type == PageDataType::kNormal && event.measured &&
           event.content_id != 0;
}

}  // namespace

Result<ContentHashes> ContentHashes::of(const Image& image, const SupportedPlatform& platform) {
    ContentHashes all;
    auto& ids = all.ids_;
    const auto walked = walk(image, platform, LaunchProfile::kSpec, [&](const LaunchEvent& event) {
        if (is_hashed(event)) ids.push_back(event.content_id);
        return Result<void>{};
    });
    if (!walked) return tl::unexpected(walked.error());
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    all.hashes_.resize(ids.size());
    tbb::enumerable_thread_specific<Hasher> hashers{HashAlgorithm::kSha384};
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, ids.size(), kGrain), [&](const auto& range) {
        Hasher& hasher = hashers.local();
        for (std::size_t i = range.begin(); i != range.end(); ++i)
            hasher.hash(image.bytes().subspan(ids[i], kPageSize), all.hashes_[i]);
    });
    return all;
}

const Sha384* ContentHashes::find(std::uint64_t content_id, std::size_t& hint) const {
    if (hint >= ids_.size() || ids_[hint] != content_id)
        hint = static_cast<std::size_t>(std::ranges::lower_bound(ids_, content_id) - ids_.begin());
    if (hint >= ids_.size() || ids_[hint] != content_id) return nullptr;
    return &hashes_[hint++];
}

}  // namespace igvm
