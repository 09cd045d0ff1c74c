#include "measure_expect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "exit_code.hpp"
#include "expectation.hpp"
#include "measure_output.hpp"
#include "mismatch_output.hpp"

namespace igvm::tools {
namespace {

std::vector<std::uint8_t> digest_bytes(const std::string& text) {
    if (text.size() != 64 && text.size() != 96 && text.size() != 128)
        throw CLI::ValidationError("--expect",
                                   fmt::format("a digest has 32, 48 or 64 bytes, '{}' has not", text));
    return unhex(text).value();
}

/// A digest as it was asked for, and what came out instead.
struct Miss {
    SupportedPlatform platform;
    LaunchOptions options;
};

void explain_match(const Subject& subject_, const Miss& miss, const DigestMatch& match) {
    fmt::print(stderr, "  it is the digest of {}\n", describe(match));
    const SupportedPlatform* const platform =
        match.platform == type_of(miss.platform) ? &miss.platform : nullptr;
    if (platform == nullptr) return;
    const auto divergence = first_divergence({subject_.image(), *platform, miss.options},
                                             {subject_.image(), *platform, match.options});
    if (divergence && *divergence)
        print_divergence(stderr, **divergence,
                         {subject(match.platform, miss.options.profile), subject_.report},
                         {describe(match), subject_.report});
}

void explain_miss(const MeasureOptions& options, const Subject& subject_, const std::vector<Miss>& misses,
                  Bytes wanted) {
    for (const Miss& miss : misses) {
        const auto actual = measure(subject_.image(), miss.platform, miss.options);
        fmt::print(stderr, "  {:<9}{}\n", subject(type_of(miss.platform), miss.options.profile) + " ",
                   actual ? hex(actual->digest) : to_string(actual.error()));
    }
    const auto matches = find_digest(subject_.image(), wanted, misses.front().options, options.max_vcpus);
    if (!matches) return print_error(subject_.path, matches.error());
    for (const DigestMatch& match : *matches) explain_match(subject_, misses.front(), match);
    if (matches->empty())
        fmt::print(stderr,
                   "  no profile, up to {} vCPUs and either treatment of pages without data gives it\n",
                   options.max_vcpus);
}

/// The measurements that an expectation is about.
std::vector<Miss> asked_for(const MeasureOptions& options, const LaunchChoice& choice,
                            const Expectation& expected, const Image& image) {
    std::vector<Miss> asked;
    const LaunchProfile profile = expected.profile.value_or(choice.options.profile);
    for (const SupportedPlatform& platform : wanted_platforms(options, image))
        if (!expected.platform || *expected.platform == type_of(platform))
            if (has_profile(platform, profile))
                asked.push_back({platform, with_profile(choice.options, profile)});
    return asked;
}

bool meets(const MeasureOptions& options, const LaunchChoice& choice, const Expectation& expected,
           const Subject& subject) {
    const auto wanted = digest_bytes(expected.digest);
    const auto asked = asked_for(options, choice, expected, subject.image());
    const bool met = std::ranges::any_of(asked, [&](const Miss& one) {
        const auto measured = measure(subject.image(), one.platform, one.options);
        return measured && is_digest(measured->digest, wanted);
    });
    if (met) return true;
    if (asked.empty()) {
        print_error(subject.path, {Rule::kPlatformAbsent, subject.image().headers_begin(),
                                   "the file has no platform with the expected profile"});
        return false;
    }
    fmt::print(stderr, "{}: error: the launch digest is not the expected one\n  expected {}\n", subject.path,
               expected.digest);
    explain_miss(options, subject, asked, wanted);
    return false;
}

}  // namespace

void validate_expectations(const MeasureOptions& options) {
    for (const std::string& text : options.expectations) digest_bytes(parse_expectation(text).digest);
}

int check_expectations(const MeasureOptions& options, const LaunchChoice& choice, const Subject& subject) {
    bool all_met = true;
    for (const std::string& text : options.expectations)
        all_met = meets(options, choice, parse_expectation(text), subject) && all_met;
    return all_met ? kExitOk : kExitDiagnostics;
}

}  // namespace igvm::tools
