// A guest that is loaded for its files alone.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "igvm/folder.hpp"
#include "igvm/loader.hpp"

namespace igvm::tools {

/// Keeps what the Loader says, without copies: the Loader must outlive it.
class LoadedGuest : public Memory {
  public:
    /// More bytes than `limit` are refused (kLoadMemory).
    explicit LoadedGuest(std::uint64_t limit) : limit_(limit) {}

    Result<void> map(GpaRange range, MapReason reason) override;
    Result<void> write(std::uint64_t gpa, Bytes content) override;
    Result<void> set_page_state(GpaRange range, const PageState& state) override;
    Result<void> set_vp_state(const VpState& vp) override;

    /// A contiguous stretch of guest memory, and where it lies in memory.bin.
    struct Stretch {
        GpaRange range;
        std::uint64_t offset;
    };
    /// After the load: the stretches, ascending; save areas at one address are one page. Error: kGpaOverlap.
    Result<std::vector<Stretch>> stretches() const;

    /// All stretches, one after the other.
    FolderFile memory_file(const std::vector<Stretch>& stretches) const;
    /// What memory.bin holds and how it enters the guest, as JSON: a line a range.
    std::string memory_json(const std::vector<Stretch>& stretches, const LoadReport& report) const;
    /// The start state of every VP, as JSON: a line a VP.
    std::string registers_json(Architecture architecture) const;

  private:
    struct Launched {
        GpaRange range;
        PageState state;
        std::optional<std::uint16_t> vp;  ///< whose save area it is
    };
    struct Written {
        std::uint64_t gpa;
        Bytes content;
    };

    std::uint64_t limit_;
    std::uint64_t written_bytes_ = 0;
    std::vector<Launched> launched_;
    std::vector<Written> written_;
    std::set<std::uint64_t> save_areas_;
    std::vector<VpState> vps_;
};

}  // namespace igvm::tools
