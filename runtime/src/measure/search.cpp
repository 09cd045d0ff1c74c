#include <tbb/parallel_for.h>

#include <algorithm>
#include <memory>

#include "igvm/explain.hpp"
#include "igvm/x64.hpp"
#include "measure/fold.hpp"
#include "measure/jobs.hpp"

namespace igvm {
namespace {

constexpr std::size_t kShortestDigest = 32;

/// One measurement with the most vCPUs: that of fewer is the digest before their VMSAs.
struct Candidate {
    SupportedPlatform platform;
    LaunchOptions options;
    std::shared_ptr<const ContentHashes> contents;
};

std::vector<ZeroPolicy> zero_policies(PlatformType type, const LaunchRules& rules) {
    if (type != PlatformType::kSnp) return {ZeroPolicy::kOfProfile};
    const bool zero_type = rules.without_data == PagesWithoutData::kZeroType;
    return {ZeroPolicy::kOfProfile, zero_type ? ZeroPolicy::kNormal : ZeroPolicy::kZero};
}

std::vector<std::uint32_t> cpu_signatures(const LaunchOptions& options, bool several_vcpus) {
    std::vector<std::uint32_t> signatures = {options.cpu_signature};
    if (!several_vcpus || !options.ap_vmsa.empty()) return signatures;
    for (const x64::CpuModel& model : x64::cpu_models())
        if (model.signature != options.cpu_signature) signatures.push_back(model.signature);
    return signatures;
}

void add_candidates(std::vector<Candidate>& all, const Candidate& prototype, LaunchProfile profile,
                    std::uint32_t max_vcpus) {
    const auto type = PlatformType{std::uint8_t{prototype.platform.platform_type}};
    const bool per_vcpu = measures_every_vcpu(type, profile);
    Candidate candidate = prototype;
    candidate.options.profile = profile;
    candidate.options.vcpus = per_vcpu ? max_vcpus : 1;
    for (const ZeroPolicy zeros : zero_policies(type, *find_rules(type, profile)))
        for (const std::uint32_t signature : cpu_signatures(prototype.options, per_vcpu && max_vcpus > 1)) {
            candidate.options.zeros = zeros;
            candidate.options.cpu_signature = signature;
            all.push_back(candidate);
        }
}

std::shared_ptr<const ContentHashes> shared_contents(const Image& image, const SupportedPlatform& platform) {
    if (PlatformType{std::uint8_t{platform.platform_type}} != PlatformType::kSnp) return nullptr;
    auto contents = ContentHashes::of(image, platform);
    return contents ? std::make_shared<const ContentHashes>(std::move(*contents)) : nullptr;
}

std::vector<Candidate> candidates_of(const Image& image, const LaunchOptions& options,
                                     std::uint32_t max_vcpus) {
    std::vector<Candidate> all;
    for (const SupportedPlatform& platform : image.platforms()) {
        const auto type = PlatformType{std::uint8_t{platform.platform_type}};
        if (!is_measured(type)) continue;
        const Candidate prototype{platform, options, shared_contents(image, platform)};
        for (const LaunchProfile profile : profiles_of(type))
            add_candidates(all, prototype, profile, max_vcpus);
    }
    return all;
}

/// The number of vCPUs with which the candidate gives the digest, or nothing.
std::optional<std::uint32_t> matching_vcpus(const Image& image, const Candidate& candidate, Bytes wanted) {
    const auto type = PlatformType{std::uint8_t{candidate.platform.platform_type}};
    const bool per_vcpu = measures_every_vcpu(type, candidate.options.profile);
    std::optional<std::uint32_t> found;
    TraceSink trace;
    if (per_vcpu)
        trace = [&](const TraceLine& line) {
            if (line.event.kind == LaunchKind::kVpContext && !found && is_digest(line.running, wanted))
                found = line.event.vp_index + 1U;
        };
    const auto measured =
        measure_with(image, candidate.platform, candidate.options, trace, candidate.contents.get());
    if (found) return found;
    if (measured && is_digest(measured->digest, wanted)) return candidate.options.vcpus;
    return std::nullopt;
}

}  // namespace

bool is_digest(Bytes digest, Bytes wanted) {
    if (wanted.size() > digest.size() || wanted.size() < kShortestDigest) return false;
    const Bytes rest = digest.subspan(wanted.size());
    return std::ranges::equal(digest.first(wanted.size()), wanted) &&
           std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == 0; });
}

Result<std::vector<DigestMatch>> find_digest(const Image& image, Bytes wanted, const LaunchOptions& options,
                                             std::uint32_t max_vcpus) {
    if (auto counted = check_platform_count(image); !counted) return tl::unexpected(counted.error());
    const auto candidates = candidates_of(image, options, max_vcpus);
    std::vector<std::optional<std::uint32_t>> found(candidates.size());
    tbb::parallel_for(std::size_t{0}, candidates.size(),
                      [&](std::size_t i) { found[i] = matching_vcpus(image, candidates[i], wanted); });
    std::vector<DigestMatch> matches;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (!found[i]) continue;
        DigestMatch match{PlatformType{std::uint8_t{candidates[i].platform.platform_type}},
                          candidates[i].options};
        match.options.vcpus = *found[i];
        const bool known = std::ranges::any_of(matches, [&](const DigestMatch& one) {
            return one.platform == match.platform && one.options.profile == match.options.profile;
        });
        if (!known) matches.push_back(std::move(match));
    }
    return matches;
}

}  // namespace igvm
