// The report that `igvm build` writes beside an image, as far as other verbs need it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "igvm/result.hpp"
#include "igvm/wire.hpp"

namespace igvm::tools {

/// Headers that stand together and come from one declaration.
struct ReportedRun {
    std::uint64_t first;
    std::uint64_t count;
    std::string name;
};

class BuildReport {
  public:
    /// Errors (kInputOutput): unreadable, not a report, or a report about another image than `image`.
    static Result<BuildReport> load(const std::filesystem::path& path, Bytes image);

    /// The name of the declaration that a header comes from; empty when the report has none.
    std::string_view region_of(std::uint32_t header_index) const;

  private:
    std::vector<ReportedRun> runs_;  ///< ascending
};

/// The report at `chosen`, or else one beside `image_path` that is about `image`, or else an empty one.
/// Prints the error when the chosen one cannot be used.
std::optional<BuildReport> find_report(const std::string& image_path, const std::string& chosen, Bytes image);

}  // namespace igvm::tools
