#include "measure_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "igvm/portable.hpp"
#include "platform_names.hpp"

namespace igvm::tools {
namespace {

using Json = nlohmann::ordered_json;

PlatformType type_of(const SupportedPlatform& platform) {
    return PlatformType{std::uint8_t{platform.platform_type}};
}

std::string_view event_name(LaunchKind kind) {
    static constexpr std::string_view kKinds[] = {"page", "parameter", "vp_context", "error"};
    return kKinds[static_cast<std::size_t>(kind)];
}

/// The platforms that were measured and whose profiles can differ.
std::vector<SupportedPlatform> judged(const std::vector<ProfileMeasurement>& measured, const Image& image) {
    std::vector<SupportedPlatform> platforms;
    std::ranges::copy_if(
        image.platforms(), std::back_inserter(platforms), [&](const SupportedPlatform& platform) {
            return std::ranges::any_of(
                measured, [&](const ProfileMeasurement& one) { return one.platform == type_of(platform); });
        });
    return platforms;
}

std::string where(const PortableBreach& breach) {
    if (breach.count == 0) return "";
    return fmt::format(" ({} header{}, the first #{} at {:#x})", breach.count, breach.count == 1 ? "" : "s",
                       breach.header_index, breach.offset);
}

void print_platform(const SupportedPlatform& platform, const Image& image) {
    const auto name = platform_name(type_of(platform));
    const auto breaches = portable_breaches(image, platform);
    if (breaches.empty()) fmt::print("{}: portable: the digest is the same under every profile\n", name);
    for (const PortableBreach& breach : breaches) {
        const auto& info = portable_condition_info(breach.condition);
        fmt::print("{}: not portable: {}{}; {}\n", name, info.why, where(breach), info.help);
    }
}

Json breach_json(const PortableBreach& breach) {
    const auto& info = portable_condition_info(breach.condition);
    Json json = {{"condition", info.name}, {"why", info.why}, {"help", info.help}, {"headers", breach.count}};
    if (breach.count != 0) {
        json["first_header"] = breach.header_index;
        json["offset"] = breach.offset;
    }
    return json;
}

Json portability_json(const SupportedPlatform& platform, const Image& image) {
    Json reasons = Json::array();
    const auto breaches = portable_breaches(image, platform);
    for (const PortableBreach& breach : breaches) reasons.push_back(breach_json(breach));
    return {
        {"platform", platform_name(type_of(platform))}, {"portable", breaches.empty()}, {"reasons", reasons}};
}

}  // namespace

std::string subject(PlatformType type, LaunchProfile profile) {
    if (profile == LaunchProfile::kSpec) return std::string(platform_name(type));
    return fmt::format("{}@{}", platform_name(type), name(profile));
}

void print_trace(const std::string& subject, const TraceLine& line, const BuildReport& report) {
    const auto region =
        line.event.header_index == kNoHeader ? std::string_view() : report.region_of(line.event.header_index);
    fmt::print("{}  {:<10}  {:#014x}  {:<10}  {}{}{}\n", subject, event_name(line.event.kind), line.event.gpa,
               line.type, hex(line.running), region.empty() ? "" : "  ; ", region);
}

void print_text(const std::vector<ProfileMeasurement>& measured) {
    std::size_t width = 0;
    for (const auto& one : measured) width = std::max(width, name(one.profile).size());
    for (const ProfileMeasurement& one : measured) {
        const auto row = [&](std::string_view algorithm, const std::string& digest) {
            fmt::print("{:<6}  {:<{}}  {}  {}\n", platform_name(one.platform), name(one.profile), width,
                       algorithm, digest);
        };
        one.result ? row(name(one.result->algorithm), hex(one.result->digest))
                   : row("-", to_string(one.result.error()));
    }
}

void print_portability(const std::vector<ProfileMeasurement>& measured, const Image& image) {
    for (const SupportedPlatform& platform : judged(measured, image)) print_platform(platform, image);
}

void print_json(const std::vector<ProfileMeasurement>& measured, const Image& image) {
    Json document = {{"measurements", Json::array()}};
    for (const auto& [platform, profile, result] : measured) {
        if (result) {
            document["measurements"].push_back({{"platform", platform_name(platform)},
                                                {"profile", name(profile)},
                                                {"algorithm", name(result->algorithm)},
                                                {"digest", hex(result->digest)}});
        } else {
            document["unmeasured"].push_back({{"platform", platform_name(platform)},
                                              {"profile", name(profile)},
                                              {"reason", to_string(result.error())}});
        }
    }
    document["portable"] = Json::array();
    for (const SupportedPlatform& platform : judged(measured, image))
        document["portable"].push_back(portability_json(platform, image));
    fmt::print("{}\n", document.dump(2));
}

}  // namespace igvm::tools
