// Where the relocatable regions of an image go.
#pragma once

#include <span>
#include <vector>

#include "load/memory_map.hpp"
#include "load/survey.hpp"

namespace igvm::load {

/// Regions beyond this many are refused: each one is searched a place for.
inline constexpr std::size_t kMaxRelocatableRegions = 64;

/// A stretch of the file's addresses that moves as one.
struct Move {
    Interval from;
    std::uint64_t delta = 0;  ///< added to its addresses, modulo 2^64
    std::uint32_t header_index = 0;
};

class Relocations {
  public:
    /// Nothing moves.
    Relocations() = default;

    /// Places every region of `survey`: where HostConfig::relocation_bases says; else where the file has it,
    /// when that is memory; else at the lowest base that its limits, the memory and everything else that is
    /// loaded or required leave free. The page table region moves with the first region of its VP and VTL, or
    /// else with the first region. Required memory moves with the region that it begins in. Errors:
    /// kLoadRelocation, kLoadMemory.
    static Result<Relocations> make(const Image& image, const Survey& survey, const HostConfig& host,
                                    const MemoryMap& memory);

    /// The regions in file order, then the page table region.
    const std::vector<Move>& moves() const { return moves_; }
    /// Something has another address than in the file.
    bool any() const;
    /// The address in the guest of what the file has at `gpa`.
    std::uint64_t relocate(std::uint64_t gpa) const;
    /// The moves that take a part of `interval` along, ascending.
    std::span<const Move> meeting(const Interval& interval) const;

  private:
    explicit Relocations(std::vector<Move> moves);
    const Move* find(std::uint64_t gpa) const;
    bool crosses_border(const Interval& interval) const;
    Result<void> check_extents(const Image& image, const Survey& survey) const;

    std::vector<Move> moves_;
    std::vector<Move> by_gpa_;
};

}  // namespace igvm::load
