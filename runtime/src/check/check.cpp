#include "igvm/check.hpp"

#include <algorithm>
#include <iterator>

#include "context.hpp"

namespace igvm {
namespace {

constexpr check_detail::Chapter kChapters[] = {
    check_detail::check_file_rules,           check_detail::check_platform_rules,
    check_detail::check_initialization_rules, check_detail::check_directive_rules,
    check_detail::check_guest_state_rules,    check_detail::check_loader_rules,
};

/// What Image::open refuses.
constexpr Rule kNeededToOpen[] = {
    Rule::kFileTooSmall,   Rule::kFileLimit,        Rule::kFileMagic,        Rule::kFileVersion,
    Rule::kFileHeaderSize, Rule::kFileHeaderOffset, Rule::kFileHeaderBounds, Rule::kFileHeaderLength,
};

}  // namespace

bool is_adjustable(Rule rule) {
    return rule < Rule::kLaunchTooLarge && std::ranges::find(kNeededToOpen, rule) == std::end(kNeededToOpen);
}

bool CheckReport::has_errors() const {
    return std::ranges::any_of(findings,
                               [](const Finding& finding) { return finding.severity == Severity::kError; });
}

CheckReport check_detail::run_chapters(const Image& image, const CheckOptions& options,
                                       std::span<const Chapter> chapters) {
    Context context(image, options);
    std::vector<Finding>& findings = context.result().findings;
    for (const Chapter chapter : chapters) {
        const auto first = static_cast<std::ptrdiff_t>(findings.size());
        chapter(context);
        std::stable_sort(findings.begin() + first, findings.end(),
                         [](const Finding& a, const Finding& b) { return a.offset < b.offset; });
    }
    return std::move(context.result());
}

CheckReport check(const Image& image, const CheckOptions& options) {
    return check_detail::run_chapters(image, options, kChapters);
}

CheckReport check_file(Bytes file, const CheckOptions& options) {
    const Result<Image> image = Image::open(file);
    if (image) return check(*image, options);
    const Error& error = image.error();
    return {{{error.rule, rule_info(error.rule).severity, error.offset, error.detail}}, 0};
}

}  // namespace igvm
