// What all chapters share: the view, the masks of its platforms and the report they write to.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <utility>

#include "igvm/check.hpp"

namespace igvm::check_detail {

class Context {
  public:
    Context(const Image& image, const CheckOptions& options);

    const Image& image() const { return image_; }
    /// The union of all platforms' masks.
    std::uint32_t known_mask() const { return known_mask_; }
    /// The union of the masks of the platforms of `type`.
    std::uint32_t mask_of(PlatformType type) const;
    /// The file offset of `part`, a piece of the image's bytes.
    std::uint64_t offset_of(Bytes part) const;

    /// Adds a finding of the rule's severity; formats nothing once the rule has its share of findings.
    template <class... Args>
    void report(Rule rule, std::uint64_t offset, fmt::format_string<Args...> format, Args&&... args) {
        if (admit(rule)) add(rule, offset, fmt::format(format, std::forward<Args>(args)...));
    }
    void report(const Error& error);

    CheckReport& result() { return report_; }

  private:
    bool admit(Rule rule);
    void add(Rule rule, std::uint64_t offset, std::string detail);

    const Image& image_;
    std::uint32_t max_per_rule_;
    std::uint32_t known_mask_ = 0;
    std::array<std::uint32_t, 256> mask_of_{};
    std::array<std::uint32_t, static_cast<std::size_t>(Rule::kCount_)> kept_{};
    CheckReport report_;
};

// The chapters, in the order in which they run.
void check_file_rules(Context& context);
void check_platform_rules(Context& context);
void check_initialization_rules(Context& context);
void check_directive_rules(Context& context);

/// True when every byte is zero.
bool all_zero(Bytes bytes);

/// Reports `rule` at every reserved field of the header that is not zero.
void check_reserved_fields(Context& context, Rule rule, const Header& header);

}  // namespace igvm::check_detail
