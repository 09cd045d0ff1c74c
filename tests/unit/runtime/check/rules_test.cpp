#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cases.hpp"
#include "endorsement_rules.hpp"
#include "igvm/result.hpp"

namespace igvm::test {
namespace {

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (const auto part :
         {file_cases(), platform_cases(), initialization_cases(), relocation_cases(), directive_cases(),
          area_cases(), vp_context_cases(), guest_state_cases(), loader_cases()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::string describe(const CheckReport& report) {
    std::string text;
    for (const Finding& finding : report.findings)
        text += to_string(Error{finding.rule, finding.offset, finding.detail}) + "\n";
    return text;
}

/// The findings for a case. Most cases are pieces of guests, so the chapters on guest state and on loaders
/// speak of their own cases alone, and a loader's limits leave the digest aside.
CheckReport check_case(const Case& item, const Sample& sample) {
    CheckReport report = check_file(sample.file, {.loaders = sample.loaders});
    const auto is_beside = [&](const Finding& finding) {
        const char chapter = rule_info(finding.rule).id[5];
        if (finding.rule == item.rule || (chapter != 'G' && chapter != 'L')) return false;
        return chapter != rule_info(item.rule).id[5] || finding.rule == Rule::kPortableDigest ||
               item.rule == Rule::kPortableDigest;
    };
    std::erase_if(report.findings, is_beside);
    return report;
}

TEST(Rules, EveryIdIsUniqueAndEveryRowSaysWhatToDo) {
    std::set<std::string_view> ids;
    for (const RuleInfo& info : all_rules()) {
        EXPECT_TRUE(ids.insert(info.id).second) << info.id;
        EXPECT_FALSE(info.clause.empty() || info.title.empty() || info.help.empty()) << info.id;
        EXPECT_TRUE(info.reason.ends_with('.')) << info.id;
        EXPECT_FALSE(info.example.empty() || info.example.ends_with('.')) << info.id;
        EXPECT_EQ(&rule_info(info.rule), &info);
    }
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(Rule::kCount_));
    EXPECT_EQ(rule_info(Rule::kFileMagic).id, "IGVM-F002");
}

TEST(Rules, AreFoundByTheirIdInAnyCase) {
    EXPECT_EQ(find_rule("IGVM-F002"), &rule_info(Rule::kFileMagic));
    EXPECT_EQ(find_rule("igvm-d006"), &rule_info(Rule::kGpaOverlap));
    EXPECT_EQ(find_rule("d006"), &rule_info(Rule::kGpaOverlap));
    EXPECT_EQ(find_rule("IGVM-D00"), nullptr);
    EXPECT_EQ(find_rule("IGVM-"), nullptr);
    EXPECT_EQ(find_rule(""), nullptr);
}

TEST(Rules, EveryRuleOfTheFormatHasACase) {
    std::multiset<Rule> covered;
    for (const Case& item : all_cases()) covered.insert(item.rule);
    for (const RuleInfo& info : all_rules()) {
        const bool of_the_format = std::string_view("FPIDGL").find(info.id[5]) != std::string_view::npos;
        const bool elsewhere = std::ranges::find(kEndorsementRules, info.rule) != kEndorsementRules.end();
        EXPECT_EQ(covered.count(info.rule), of_the_format && !elsewhere ? 1u : 0u) << info.id;
    }
}

TEST(Rules, EachBadFileBreaksItsRuleAloneAtTheExpectedOffset) {
    for (const Case& item : all_cases()) {
        const RuleInfo& info = rule_info(item.rule);
        SCOPED_TRACE(std::string(info.id));
        const Sample sample = item.make(true);
        const CheckReport report = check_case(item, sample);
        ASSERT_EQ(report.findings.size(), 1u) << describe(report);
        EXPECT_EQ(rule_info(report.findings[0].rule).id, info.id);
        EXPECT_EQ(report.findings[0].offset, sample.offset);
        EXPECT_EQ(report.findings[0].severity, info.severity);
        EXPECT_FALSE(report.findings[0].detail.empty());
        EXPECT_EQ(report.has_errors(), info.severity == Severity::kError);
    }
}

TEST(Rules, EachGoodTwinIsClean) {
    for (const Case& item : all_cases()) {
        const CheckReport report = check_case(item, item.make(false));
        EXPECT_TRUE(report.findings.empty()) << rule_info(item.rule).id << "\n" << describe(report);
    }
}

}  // namespace
}  // namespace igvm::test
