// A plan and the launch walk, turned into calls of the VMM.
#pragma once

#include <set>
#include <vector>

#include "load/plan.hpp"

namespace igvm::load {

class Delivery {
  public:
    Delivery(const Image& image, const SupportedPlatform& platform, const Plan& plan, Memory& memory);

    /// The memory that the image requires; before everything else.
    Result<void> require();
    Result<void> add(const LaunchEvent& event);
    /// What is left when the walk has ended.
    Result<void> finish();

    std::uint64_t page_count() const { return page_count_; }
    std::uint32_t vp_count() const { return vp_count_; }

  private:
    struct Piece {
        std::uint64_t gpa;
        Bytes content;
    };

    Result<void> add_vp(const LaunchEvent& event);
    Result<void> add_page(std::uint64_t gpa, const PageState& state);
    Result<void> add_parameter_content(const LaunchEvent& event, std::uint64_t gpa);
    void add_content(std::uint64_t gpa, Bytes content, std::uint64_t content_id);
    void add_page_content(const LaunchEvent& event, std::uint64_t gpa);
    Result<void> flush();

    const Image& image_;
    PlatformType platform_;
    const Plan& plan_;
    Memory& memory_;

    // The range of pages that is being gathered.
    Interval range_{};
    PageState state_{};
    std::vector<Piece> pieces_{};
    std::uint64_t next_content_id_ = 0;  ///< content with this id continues the last piece in the file

    std::set<std::uint64_t> undelivered_{};  ///< fixed page tables, by the file's addresses
    std::uint64_t page_count_ = 0;
    std::uint32_t vp_count_ = 0;
};

}  // namespace igvm::load
