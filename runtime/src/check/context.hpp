// What all chapters share: the view, the masks of its platforms and the report they write to.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "extents.hpp"
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
    /// The platform of one mask bit, or null; of several the first in the file.
    const SupportedPlatform* platform_of_bit(unsigned bit) const { return platform_of_bit_[bit]; }
    /// The VTL of a VP context: VBS names it in the registers, elsewhere it is the platform's highest.
    std::uint8_t vtl_of(const Header& context) const;
    /// The file offset of `part`, a piece of the image's bytes.
    std::uint64_t offset_of(Bytes part) const;

    /// Adds a finding of the rule's severity; formats nothing once the rule has its share of findings.
    template <class... Args>
    void report(Rule rule, std::uint64_t offset, fmt::format_string<Args...> format, Args&&... args) {
        if (admit(rule)) add(rule, offset, fmt::format(format, std::forward<Args>(args)...));
    }
    /// The same for what is unfinished rather than wrong: a warning, or less where the rule is less.
    template <class... Args>
    void remind(Rule rule, std::uint64_t offset, fmt::format_string<Args...> format, Args&&... args) {
        if (admit(rule))
            add(rule, offset, fmt::format(format, std::forward<Args>(args)...), Severity::kWarning);
    }
    void report(const Error& error);

    /// The loaders to judge for.
    const std::vector<LoaderModel>& loaders() const { return loaders_; }
    /// The guest memory that directives fill or require. The directive chapter fills and sorts it.
    Extents& extents() { return extents_; }
    const Extents& extents() const { return extents_; }

    CheckReport& result() { return report_; }

  private:
    /// Counts the finding; true when it is to be kept.
    bool admit(Rule rule);
    void add(Rule rule, std::uint64_t offset, std::string detail, Severity most = Severity::kError);

    const Image& image_;
    std::uint32_t max_per_rule_;
    std::vector<LoaderModel> loaders_;
    std::uint32_t known_mask_ = 0;
    std::array<std::uint32_t, 256> mask_of_{};
    std::array<const SupportedPlatform*, 32> platform_of_bit_{};
    std::array<std::optional<Severity>, static_cast<std::size_t>(Rule::kCount_)> severity_;
    std::array<std::uint32_t, static_cast<std::size_t>(Rule::kCount_)> kept_{};
    Extents extents_;
    CheckReport report_;
};

using Chapter = void (*)(Context&);

/// Runs chapters one after another; within a chapter the findings are ordered by offset.
CheckReport run_chapters(const Image& image, const CheckOptions& options, std::span<const Chapter> chapters);

// The chapters, in the order in which they run.
void check_file_rules(Context& context);
void check_platform_rules(Context& context);
void check_initialization_rules(Context& context);
void check_directive_rules(Context& context);
void check_guest_state_rules(Context& context);
void check_loader_rules(Context& context);

/// The part of the initialization chapter that compares regions with one another and with VP contexts.
void check_relocations(Context& context);

/// True when every byte is zero.
bool all_zero(Bytes bytes);

/// Reports `rule` at every reserved field of the header that is not zero.
void check_reserved_fields(Context& context, Rule rule, const Header& header);

}  // namespace igvm::check_detail
