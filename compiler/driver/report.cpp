#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "igvm/describe.hpp"
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

Json layout_json(const LayoutEntry& entry) {
    return {{"name", entry.name},
            {"doc", entry.doc},
            {"platforms", entry.platforms},
            {"gpa", fmt::format("{:#x}", entry.gpa)},
            {"size", entry.size},
            {"first_header", entry.first_header},
            {"header_count", entry.header_count}};
}

Json input_json(const InputFile& input) {
    return {{"name", input.name},
            {"file", input.path.filename().string()},
            {"size", input.size},
            {"sha256", input.sha256}};
}

template <class T, class F>
Json list(const std::vector<T>& values, F convert) {
    Json result = Json::array();
    for (const T& value : values) result.push_back(convert(value));
    return result;
}

}  // namespace

std::string report_json(const Compilation& compilation, const std::filesystem::path& image_path) {
    Json params = Json::object();
    for (const auto& [name, value] : compilation.params) params[name] = value;
    Json report;
    report["image"] = {{"name", compilation.name},
                       {"file", image_path.filename().string()},
                       {"size", compilation.image.size()},
                       {"sha256", hex(sha256(compilation.image))}};
    report["platforms"] = Json::array();
    report["measurements"] = list(compilation.measurements, measurement_json);
    report["layout"] = list(compilation.layout, layout_json);
    report["inputs"] = list(compilation.inputs, input_json);
    report["params"] = params;
    for (const std::string& platform : compilation.platforms) report["platforms"].push_back(platform);
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace igvm::spec
