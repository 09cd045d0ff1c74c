#include "driver/measurements.hpp"

#include "igvm/check.hpp"

namespace igvm::spec {

Result<std::vector<Measurement>> measure_allowing(const Image& view, const std::set<Rule>& allowed) {
    auto outcomes = measure_each(view, LaunchProfile::kSpec);
    if (!outcomes) return tl::unexpected(outcomes.error());
    std::vector<Measurement> measurements;
    for (ProfileMeasurement& outcome : *outcomes) {
        if (outcome.result)
            measurements.push_back(std::move(*outcome.result));
        else if (!allowed.contains(outcome.result.error().rule))
            return tl::unexpected(outcome.result.error());
    }
    return measurements;
}

std::set<Rule> broken_rules(const Image& view) {
    std::set<Rule> rules;
    for (const Finding& finding : check(view).findings)
        if (finding.severity == Severity::kError) rules.insert(finding.rule);
    const auto outcomes = measure_each(view, LaunchProfile::kSpec);
    if (!outcomes) rules.insert(outcomes.error().rule);
    for (const ProfileMeasurement& outcome : outcomes.value_or(std::vector<ProfileMeasurement>()))
        if (!outcome.result) rules.insert(outcome.result.error().rule);
    return rules;
}

}  // namespace igvm::spec
