#include "mismatch_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "igvm/x64.hpp"
#include "measure_output.hpp"

namespace igvm::tools {
namespace {

std::string event_text(const std::optional<ExplainedEvent>& event, const BuildReport& report) {
    if (!event) return "no further event";
    if (event->header_index == kNoHeader)
        return fmt::format("{} at GPA {:#x}, of a vCPU that the file has none for", event->type, event->gpa);
    const auto region = report.region_of(event->header_index);
    return fmt::format("{} at GPA {:#x}, header #{}{}{}", event->type, event->gpa, event->header_index,
                       region.empty() ? "" : ", ", region);
}

std::string difference_text(const Divergence& divergence) {
    std::vector<std::string_view> names;
    for (const LaunchDifference one : divergence.differences) names.push_back(name(one));
    std::string text = fmt::format("{}", fmt::join(names, ", "));
    if (divergence.differences.back() == LaunchDifference::kContent)
        text += fmt::format(" from byte {:#x} of it", divergence.content_offset);
    return text;
}

std::string cpu_text(std::uint32_t signature) {
    const auto models = x64::cpu_models();
    const auto model = std::ranges::find(models, signature, &x64::CpuModel::signature);
    return model == models.end() ? fmt::format("{:#x}", signature) : std::string(model->name);
}

}  // namespace

void print_divergence(std::FILE* out, const Divergence& divergence, const NamedSide& left,
                      const NamedSide& right) {
    fmt::print(out, "  they part at launch event {}: {}\n", divergence.position, difference_text(divergence));
    const std::size_t width = std::max(left.name.size(), right.name.size());
    fmt::print(out, "  {:<{}}  {}\n", left.name, width, event_text(divergence.left, left.report));
    fmt::print(out, "  {:<{}}  {}\n", right.name, width, event_text(divergence.right, right.report));
}

std::string describe(const DigestMatch& match) {
    const LaunchOptions& options = match.options;
    std::vector<std::string> details;
    if (options.vcpus > 1) {
        details.push_back(fmt::format("{} vCPUs", options.vcpus));
        if (options.ap_vmsa.empty())
            details.back() += fmt::format(" of CPU {}", cpu_text(options.cpu_signature));
    }
    if (options.zeros != ZeroPolicy::kOfProfile)
        details.push_back(
            fmt::format("pages without data as {}", options.zeros == ZeroPolicy::kZero ? "ZERO" : "NORMAL"));
    return fmt::format("{}{}{}", subject(match.platform, options.profile), details.empty() ? "" : " with ",
                       fmt::join(details, " and "));
}

}  // namespace igvm::tools
