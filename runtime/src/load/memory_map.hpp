// The host's memory, and what the guest is told about it.
#pragma once

#include <vector>

#include "igvm/loader.hpp"
#include "load/intervals.hpp"

namespace igvm::load {

class MemoryMap {
  public:
    /// Error: kLoadHost for entries that are empty, not 4 KiB aligned, past kEndOfGuestMemory or overlapping.
    static Result<MemoryMap> make(const std::vector<MemoryMapEntry>& entries);

    /// Where an image may require memory.
    const Intervals& ram() const { return ram_; }

    /// Makes memory VTL 2 protectable where `ranges` lie; all of them are inside ram().
    void protect(const Intervals& ranges);

    const std::vector<MemoryMapEntry>& entries() const { return entries_; }
    /// IGVM_VHS_MEMORY_MAP_ENTRY, 24 bytes each, ascending, and the one of 0 pages that ends the map.
    std::vector<std::uint8_t> encode() const;

  private:
    std::vector<MemoryMapEntry> entries_;
    Intervals ram_;
};

}  // namespace igvm::load
