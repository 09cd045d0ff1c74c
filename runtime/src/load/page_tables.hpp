// The page tables of a relocated image. Source: igvm_defs, IGVM_VHS_PAGE_TABLE_RELOCATION; AMD APM volume 2,
// chapter 5.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "load/relocation.hpp"

namespace igvm::load {

/// How the described VP translates addresses.
struct PagingState {
    std::uint64_t cr3 = 0;
    std::uint64_t cr4 = 0;
};

/// Tables that one fix-up may touch: 64 MiB of them, which map 32 GiB in 4 KiB pages.
inline constexpr std::size_t kMaxPageTables = 16384;

/// The tables of one page table region. Tables are named by the addresses that the file gives them.
class PageTables {
  public:
    using Table = std::array<U64, kPageSize / sizeof(U64)>;

    PageTables(const Image& image, const Found<PageTableRelocation>& region, const Relocations& relocations,
               std::uint64_t private_bit);

    /// A page of the file; one outside of the region is passed over. `content` is borrowed, empty for zeros.
    void add(std::uint64_t gpa, Bytes content);

    /// Rewrites every table that the VP reaches inside the region: entries that point to a table of the
    /// region follow it; entries that map memory which moved by at least their size move to its new address,
    /// the region's own memory included; tables for that are taken from the unused pages. An entry that maps
    /// more than the distance stays. Error: kLoadPageTable, for what the format rules out: a root outside of
    /// the region, a table reached twice, entries that are no identity map or would be unaligned, two entries
    /// for one place, too few unused pages.
    Result<void> fix(const PagingState& state);

    /// The content of every table that was fixed, ascending.
    const std::map<std::uint64_t, Table>& tables() const { return tables_; }

  private:
    /// An entry on its way to another place.
    struct MovedEntry {
        std::uint64_t address;  ///< what it maps there: virtual and physical
        int level;
        std::uint64_t bits;  ///< all but the address
    };

    bool in_region(std::uint64_t gpa) const { return gpa - region_.gpa < region_.size; }
    std::uint64_t address_of(std::uint64_t entry, std::uint64_t page_size) const;
    Result<void> descend(std::uint64_t table_gpa, int level, std::uint64_t address);
    Result<void> follow(U64& entry, int level, std::uint64_t address);
    Result<void> move_leaf(U64& entry, int level, std::uint64_t address);
    bool maps_moved(std::uint64_t address, std::uint64_t size) const;
    Result<void> insert(const MovedEntry& moved);
    Result<std::uint64_t> next_table(U64& entry, const MovedEntry& moved);
    Result<std::uint64_t> unused_page();
    tl::unexpected<Error> refuse(std::string detail) const;

    const Image& image_;
    std::uint32_t header_index_;
    const PageTableRelocation region_;
    const Relocations& relocations_;
    std::uint64_t private_bit_;
    std::uint64_t delta_;  ///< of the region itself
    std::uint64_t next_unused_;
    std::uint64_t root_ = 0;
    int top_ = 4;  ///< level of the root: 4 or 5
    std::map<std::uint64_t, Bytes> stored_;
    std::map<std::uint64_t, Table> tables_;
    std::vector<MovedEntry> moved_;
};

}  // namespace igvm::load
