// The rules of the format, run on a view.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "igvm/image.hpp"
#include "igvm/loader_model.hpp"
#include "igvm/rule.hpp"

namespace igvm {

/// One breach of one rule.
struct Finding {
    Rule rule;
    Severity severity;
    std::uint64_t offset;  ///< byte offset in the file
    std::string detail;    ///< the values, one sentence without final period
};

/// Another severity for one rule.
struct SeverityChange {
    Rule rule;
    std::optional<Severity> severity;  ///< nothing: the rule is not reported
};

struct CheckOptions {
    /// Findings kept per rule; the count goes on in CheckReport::suppressed.
    std::uint32_t max_per_rule = 20;
    /// In order: a later change of the same rule wins. What keeps a file from being opened stays an error.
    std::vector<SeverityChange> severities = {};
    /// Loaders whose limits the file is held against; for any, also what makes its launch digest depend on
    /// the loader is reported.
    std::vector<LoaderModel> loaders = {};
};

/// False for the rules that `check_file` reports as errors whatever the options say, because nothing else can
/// be judged without them, and for those that no check reports.
bool is_adjustable(Rule rule);

struct CheckReport {
    std::vector<Finding> findings;  ///< in rule-chapter order, then by offset
    std::uint64_t suppressed = 0;   ///< further findings that were not kept

    bool has_errors() const;
};

/// All rules on an open image; linear in the number of headers, but for one sort by GPA.
CheckReport check(const Image& image, const CheckOptions& options = {});

/// Opens and checks; a file that does not open gives its one error as a finding.
CheckReport check_file(Bytes file, const CheckOptions& options = {});

}  // namespace igvm
