#include "build_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "igvm/file.hpp"
#include "igvm/measure.hpp"
#include "input.hpp"

namespace igvm::tools {
namespace {

using nlohmann::json;

std::vector<ReportedRun> runs_of(const json& report) {
    std::vector<ReportedRun> runs;
    for (const json& region : report.at("layout"))
        for (const json& run : region.at("headers"))
            runs.push_back({run.at("first").get<std::uint64_t>(), run.at("count").get<std::uint64_t>(),
                            region.at("name").get<std::string>()});
    std::ranges::stable_sort(runs, {}, &ReportedRun::first);
    return runs;
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
        loaded.runs_ = runs_of(report);
        return loaded;
    } catch (const json::exception& error) {
        return fail(Rule::kInputOutput, 0, std::string("not a build report: ") + error.what());
    }
}

std::string_view BuildReport::region_of(std::uint32_t header_index) const {
    const auto after = std::ranges::upper_bound(runs_, header_index, {}, &ReportedRun::first);
    if (after == runs_.begin()) return {};
    const ReportedRun& run = *std::prev(after);
    return header_index - run.first < run.count ? std::string_view(run.name) : "";
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
