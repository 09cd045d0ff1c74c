#include "driver/expectations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "igvm/explain.hpp"
#include "igvm/file.hpp"

namespace igvm::spec {
namespace {

constexpr std::uint32_t kVcpusToTry = 16;

std::string subject(const Expectation& expected) {
    const std::string_view platform = find_platform(static_cast<std::uint8_t>(expected.platform))->name;
    if (expected.profile == LaunchProfile::kSpec) return std::string(platform);
    return fmt::format("{}@{}", platform, name(expected.profile));
}

const SupportedPlatform* find_supported(const Image& view, PlatformType type) {
    for (const SupportedPlatform& platform : view.platforms())
        if (platform.platform_type == static_cast<std::uint8_t>(type)) return &platform;
    return nullptr;
}

const Measurement* find_measurement(const std::vector<Measurement>& measurements,
                                    const Expectation& expected) {
    const auto found = std::ranges::find_if(measurements, [&](const Measurement& measured) {
        return measured.platform == expected.platform && measured.profile == expected.profile;
    });
    return found == measurements.end() ? nullptr : &*found;
}

Diagnostic unexpected(const Pin& pin, std::string message) {
    return {.code = Code::kExpectationFailed,
            .span = pin.span,
            .message = std::move(message),
            .label = {},
            .notes = {},
            .help = {}};
}

/// The event of the new launch where it parts from the old one, in words.
Note difference(const Divergence& divergence, const Build& build) {
    std::string how;
    for (const LaunchDifference one : divergence.differences)
        how += fmt::format("{}{}", how.empty() ? "" : ", ", name(one));
    const auto& event = divergence.right ? divergence.right : divergence.left;
    const std::string where = event ? fmt::format(" at {:#x}", event->gpa) : std::string();
    const bool placed = divergence.right && divergence.right->header_index < build.program.directives.size();
    const std::uint32_t item =
        placed ? build.program.directives[divergence.right->header_index].item : ir::kNoItem;
    if (item == ir::kNoItem)
        return {std::nullopt,
                fmt::format("the launches of the earlier image and this one part{}: {}", where, how)};
    return {build.image.items[item].span,
            fmt::format("{} moved it: the launch of the earlier image differs first{}: {}",
                        build.image.items[item].name, where, how)};
}

/// Nothing when the file is not an image that has the expected digest.
std::optional<Note> compare_with(const std::filesystem::path& previous, const Expectation& expected,
                                 const Build& build) {
    const auto file =
        previous.empty() ? Result<MappedFile>(tl::unexpected(Error{})) : MappedFile::open(previous);
    if (!file) return std::nullopt;
    const auto old = Image::open(file->bytes());
    const SupportedPlatform* before = old ? find_supported(*old, expected.platform) : nullptr;
    const SupportedPlatform* now = find_supported(build.view, expected.platform);
    if (before == nullptr || now == nullptr) return std::nullopt;
    const auto measured = measure(*old, *before, expected.profile);
    if (!measured || hex(measured->digest) != expected.digest) return std::nullopt;
    const auto divergence =
        first_divergence({*old, *before, expected.profile}, {build.view, *now, expected.profile});
    if (!divergence || !*divergence) return std::nullopt;
    return difference(**divergence, build);
}

std::vector<Note> other_launches(const Expectation& expected, const Image& view) {
    std::vector<Note> notes;
    const auto wanted = unhex(expected.digest);
    if (!wanted) return notes;
    const auto matches = find_digest(view, *wanted, {}, kVcpusToTry);
    if (!matches) return notes;
    for (const DigestMatch& match : *matches)
        notes.push_back(
            {std::nullopt, fmt::format("the expected digest is that of {} with {} vCPU{}",
                                       subject({match.platform, match.options.profile, {}}),
                                       match.options.vcpus, match.options.vcpus == 1 ? "" : "s")});
    return notes;
}

Diagnostic moved(const Pin& pin, const Measurement& actual) {
    const Expectation& expected = pin.expected;
    Diagnostic report =
        unexpected(pin, fmt::format("the launch digest of {} is not the expected one", subject(expected)));
    report.notes = {{std::nullopt, "expected " + expected.digest},
                    {std::nullopt, "actual   " + hex(actual.digest)}};
    return report;
}

/// Who measures the image so, else what moved the digest.
std::vector<Note> reasons(const Expectation& expected, const Build& build,
                          const std::filesystem::path& previous) {
    const std::vector<Note> others = other_launches(expected, build.view);
    if (!others.empty()) return others;
    const auto reason = compare_with(previous, expected, build);
    return {reason.value_or(
        Note{std::nullopt, "no earlier image with the expected digest is there to compare with"})};
}

}  // namespace

std::vector<Pin> pins_of(const Request& request, const model::Image& image) {
    std::vector<Pin> pins;
    for (const Expectation& expected : request.expectations) pins.push_back({expected, std::nullopt});
    for (const model::Expectation& expected : image.expectations)
        pins.push_back({{expected.platform, expected.profile, hex(expected.digest)}, expected.span});
    return pins;
}

Result<void> measure_pinned(const std::vector<Pin>& pins, const Image& view,
                            std::vector<Measurement>& measurements) {
    for (const auto& [expected, span] : pins) {
        if (!is_measured(expected.platform) || find_measurement(measurements, expected) != nullptr) continue;
        const auto profiles = profiles_of(expected.platform);
        const SupportedPlatform* platform = find_supported(view, expected.platform);
        if (platform == nullptr || std::ranges::count(profiles, expected.profile) == 0) continue;
        auto measurement = measure(view, *platform, expected.profile);
        if (!measurement) return tl::unexpected(measurement.error());
        measurements.push_back(std::move(*measurement));
    }
    return {};
}

void compare(const std::vector<Pin>& pins, const std::vector<Measurement>& measurements, const Build& build,
             const std::filesystem::path& previous, Diagnostics& diagnostics) {
    // The reasons cost launches of the image: they are sought for one pin of each measurement.
    std::set<const Measurement*> explained;
    for (const Pin& pin : pins) {
        const Measurement* const actual = find_measurement(measurements, pin.expected);
        const auto wanted = unhex(pin.expected.digest);
        if (actual != nullptr && wanted && is_digest(actual->digest, *wanted)) continue;
        if (actual == nullptr) {
            diagnostics.report(unexpected(
                pin,
                fmt::format("a digest of {} is expected, but the image has none", subject(pin.expected))));
            continue;
        }
        Diagnostic report = moved(pin, *actual);
        if (explained.insert(actual).second)
            for (Note& note : reasons(pin.expected, build, previous)) report.notes.push_back(std::move(note));
        diagnostics.report(std::move(report));
    }
}

}  // namespace igvm::spec
