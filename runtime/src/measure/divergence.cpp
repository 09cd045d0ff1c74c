#include <algorithm>
#include <array>
#include <cstring>

#include "igvm/explain.hpp"
#include "measure/ap_vmsa.hpp"
#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

constexpr std::array<std::string_view, 7> kDifferences = {"start", "gpa",       "type",      "content",
                                                          "order", "only left", "only right"};

struct Record {
    LaunchEvent event;
    std::string_view type;
    std::array<std::uint8_t, kMaxDigestSize> running;
};
using Records = std::vector<Record>;

/// The events of one side; their content lives as long as the object.
class Side {
  public:
    explicit Side(const LaunchSide& side)
        : image_(side.image), platform_(side.platform), completed_(side.image, side.platform, side.options) {}

    Result<Measurement> run() {
        return measure(image_, platform_, completed_.options(), [this](const TraceLine& line) {
            Record& record = records_.emplace_back(Record{line.event, line.type, {}});
            std::ranges::copy(line.running, record.running.begin());
        });
    }
    const Records& records() const { return records_; }

  private:
    const Image& image_;
    const SupportedPlatform& platform_;
    CompletedOptions completed_;
    Records records_;
};

/// The bytes that the type hashes: none for pages whose content the host or the firmware decides.
Bytes hashed_content(const Record& record) {
    static constexpr std::string_view kHashed[] = {"NORMAL", "VMSA", "ADD+EXTEND", "EXTEND",
                                                   "DATA",   "REC",  "MEASURED",   "REGISTERS"};
    if (std::ranges::find(kHashed, record.type) == std::ranges::end(kHashed)) return {};
    return record.event.content.empty() ? Bytes(kZeroPage) : record.event.content;
}

bool same_content(const Record& a, const Record& b) {
    const Bytes left = hashed_content(a);
    const Bytes right = hashed_content(b);
    return left.data() == right.data() || std::ranges::equal(left, right);
}

bool same(const Record& a, const Record& b) {
    return a.event.gpa == b.event.gpa && a.type == b.type && same_content(a, b);
}

bool occurs(const Record& wanted, const Records& records, std::size_t from) {
    return std::any_of(records.begin() + static_cast<std::ptrdiff_t>(from), records.end(),
                       [&](const Record& one) { return same(one, wanted); });
}

std::optional<ExplainedEvent> explained(const Records& records, std::size_t position) {
    if (position >= records.size()) return std::nullopt;
    const Record& record = records[position];
    return ExplainedEvent{record.event.kind, record.type, record.event.gpa, record.event.header_index};
}

/// What two events differ in, neither of which occurs later on the other side.
std::vector<LaunchDifference> fields_that_differ(const Record& left, const Record& right) {
    std::vector<LaunchDifference> fields;
    if (left.event.gpa != right.event.gpa) fields.push_back(LaunchDifference::kGpa);
    if (left.type != right.type) fields.push_back(LaunchDifference::kType);
    if (!same_content(left, right)) fields.push_back(LaunchDifference::kContent);
    return fields;
}

std::vector<LaunchDifference> compare(const Records& left, const Records& right, std::size_t position) {
    if (position >= left.size()) return {LaunchDifference::kOnlyRight};
    if (position >= right.size()) return {LaunchDifference::kOnlyLeft};
    const Record& a = left[position];
    const Record& b = right[position];
    if (same(a, b)) return {LaunchDifference::kStart};
    const bool in_right = occurs(a, right, position + 1);
    const bool in_left = occurs(b, left, position + 1);
    if (in_right && in_left) return {LaunchDifference::kOrder};
    if (in_right) return {LaunchDifference::kOnlyRight};
    if (in_left) return {LaunchDifference::kOnlyLeft};
    return fields_that_differ(a, b);
}

std::uint64_t first_difference(const Record& left, const Record& right) {
    const Bytes a = hashed_content(left);
    const Bytes b = hashed_content(right);
    return static_cast<std::uint64_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

Divergence diverge(const Records& left, const Records& right, std::size_t position) {
    Divergence found{position, compare(left, right, position), explained(left, position),
                     explained(right, position), 0};
    if (found.differences.back() == LaunchDifference::kContent)
        found.content_offset = first_difference(left[position], right[position]);
    return found;
}

}  // namespace

std::string_view name(LaunchDifference difference) {
    return kDifferences[static_cast<std::size_t>(difference)];
}

Result<std::optional<Divergence>> first_divergence(const LaunchSide& left, const LaunchSide& right) {
    Side a(left);
    Side b(right);
    const auto measured_left = a.run();
    if (!measured_left) return tl::unexpected(measured_left.error());
    const auto measured_right = b.run();
    if (!measured_right) return tl::unexpected(measured_right.error());
    if (measured_left->digest == measured_right->digest) return std::nullopt;
    const auto parted = std::ranges::mismatch(
        a.records(), b.records(), [](const Record& x, const Record& y) { return x.running == y.running; });
    return diverge(a.records(), b.records(), static_cast<std::size_t>(parted.in1 - a.records().begin()));
}

}  // namespace igvm
