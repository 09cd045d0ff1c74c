#include "build_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "igvm/file.hpp"
#include "igvm/measure.hpp"
#include "input.hpp"

namespace igvm::tools {
namespace {

using nlohmann::json;

std::vector<ReportedRegion> regions_of(const json& report) {
    std::vector<ReportedRegion> regions;
    for (const json& region : report.at("layout"))
        regions.push_back({region.at("first_header").get<std::uint64_t>(),
                           region.at("header_count").get<std::uint64_t>(),
                           region.at("name").get<std::string>()});
    std::ranges::stable_sort(regions, {}, &ReportedRegion::first_header);
    return regions;
}

}  // namespace

Result<BuildReport> BuildReport::load(const std::filesystem::path& path, Bytes image) {
    const auto file = MappedFile::open(path);
    if (!file) return tl::unexpected(file.error());
    try {
        const json report = json::parse(file->bytes());
        if (report.at("image").at("sha256").get<std::string>() != hex(sha256(image)))
            return fail(Rule::kInputOutput, 0, "the report is about another image (image.sha256 differs)");
        BuildReport loaded;
        loaded.regions_ = regions_of(report);
        return loaded;
    } catch (const json::exception& error) {
        return fail(Rule::kInputOutput, 0, std::string("not a build report: ") + error.what());
    }
}

std::string_view BuildReport::region_of(std::uint32_t header_index) const {
    const auto after = std::ranges::upper_bound(regions_, header_index, {}, &ReportedRegion::first_header);
    if (after == regions_.begin()) return {};
    const ReportedRegion& region = *std::prev(after);
    return header_index - region.first_header < region.header_count ? std::string_view(region.name) : "";
}

std::optional<BuildReport> find_report(const std::string& image_path, const std::string& chosen,
                                       Bytes image) {
    const std::string path = chosen.empty() ? image_path + ".json" : chosen;
    const auto report = BuildReport::load(path, image);
    if (report) return *report;
    if (chosen.empty()) return BuildReport{};
    print_error(path, report.error());
    return std::nullopt;
}

}  // namespace igvm::tools
