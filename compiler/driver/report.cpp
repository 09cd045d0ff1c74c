#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "igvm/describe.hpp"
#include "igvm/portable.hpp"
#include "igvm/spec/compile.hpp"

namespace igvm::spec {
namespace {

using Json = nlohmann::ordered_json;

Json measurement_json(const Measurement& measurement) {
    return {{"platform", platform_info(measurement.platform).name},
            {"profile", name(measurement.profile)},
            {"algorithm", name(measurement.algorithm)},
            {"digest", hex(measurement.digest)}};
}

template <class T, class F>
Json list(const std::vector<T>& values, F convert) {
    Json result = Json::array();
    for (const T& value : values) result.push_back(convert(value));
    return result;
}

Json run_json(const HeaderRun& run) { return {{"first", run.first}, {"count", run.count}}; }

Json layout_json(const LayoutEntry& entry) {
    return {{"name", entry.name},           {"doc", entry.doc},
            {"platforms", entry.platforms}, {"gpa", fmt::format("{:#x}", entry.gpa)},
            {"size", entry.size},           {"headers", list(entry.headers, run_json)}};
}

Json input_json(const InputFile& input) {
    return {{"name", input.name},
            {"file", input.path.filename().string()},
            {"size", input.size},
            {"sha256", input.sha256}};
}

Json reason_json(const Compilation& compilation, const PortableBreach& breach) {
    const PortableConditionInfo& info = portable_condition_info(breach.condition);
    Json json = {{"condition", info.name}, {"why", info.why}, {"help", info.help}, {"headers", breach.count}};
    if (breach.count == 0) return json;
    json["first_header"] = breach.header_index;
    const LayoutEntry* owner = compilation.owner_of_header(breach.header_index);
    json["name"] = owner != nullptr ? owner->name : "";
    return json;
}

/// For each measured platform, whether its digest is the same under every profile, and if not, why.
Json portable_json(const Compilation& compilation) {
    Json platforms = Json::array();
    const auto view = Image::open(compilation.image);
    if (!view) return platforms;
    for (const SupportedPlatform& platform : view->platforms()) {
        const auto type = PlatformType{std::uint8_t{platform.platform_type}};
        if (!is_measured(type)) continue;
        const auto breaches = portable_breaches(*view, platform);
        Json reasons = Json::array();
        for (const PortableBreach& breach : breaches) reasons.push_back(reason_json(compilation, breach));
        platforms.push_back({{"platform", find_platform(std::uint8_t{platform.platform_type})->name},
                             {"portable", breaches.empty()},
                             {"reasons", reasons}});
    }
    return platforms;
}

/// Their names are distinct, so that none has to be looked up.
Json params_json(const Compilation& compilation) {
    Json params = Json::object();
    auto& members = params.get_ref<Json::object_t&>();
    for (const auto& [name, value] : compilation.params) members.emplace_back(name, value);
    return params;
}

}  // namespace

std::string report_json(const Compilation& compilation, const std::filesystem::path& image_path) {
    Json report;
    report["image"] = {{"name", compilation.name},
                       {"file", image_path.filename().string()},
                       {"size", compilation.image.size()},
                       {"sha256", hex(sha256(compilation.image))}};
    report["platforms"] = Json::array();
    report["measurements"] = list(compilation.measurements, measurement_json);
    report["portable"] = portable_json(compilation);
    report["layout"] = list(compilation.layout, layout_json);
    report["inputs"] = list(compilation.inputs, input_json);
    report["params"] = params_json(compilation);
    for (const std::string& platform : compilation.platforms) report["platforms"].push_back(platform);
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace igvm::spec
