// Address translation of 64-bit mode. Source: AMD APM volume 2, chapter 5.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <tl/expected.hpp>

#include "igvm/wire.hpp"

namespace igvm::x64 {

inline constexpr std::uint64_t kCr0Pe = 1;
inline constexpr std::uint64_t kCr0Pg = std::uint64_t{1} << 31;
inline constexpr std::uint64_t kCr4Pae = std::uint64_t{1} << 5;
inline constexpr std::uint64_t kCr4La57 = std::uint64_t{1} << 12;
inline constexpr std::uint64_t kEferLme = std::uint64_t{1} << 8;
inline constexpr std::uint64_t kEferLma = std::uint64_t{1} << 10;
inline constexpr std::uint64_t kEferNxe = std::uint64_t{1} << 11;
inline constexpr std::uint64_t kEferSvme = std::uint64_t{1} << 12;
inline constexpr std::uint64_t kSevFeatureVtom = 2;
/// The bit of a page table entry that makes its page private: every processor with SEV-SNP has it here.
inline constexpr std::uint64_t kSnpCBit = std::uint64_t{1} << 51;

struct Paging {
    std::uint64_t cr3 = 0;
    unsigned levels = 4;                ///< 4 or 5
    std::uint64_t encryption_bits = 0;  ///< bits of an entry that are no part of its address
    bool no_execute = false;            ///< bit 63 of an entry forbids execution

    /// The guest physical address in CR3 or in an entry.
    std::uint64_t address_of(std::uint64_t entry) const;
};

/// The bytes from a guest physical address to the end of its 4 KiB page: nothing where no page is loaded,
/// empty for a page of zeros.
using ReadPage = std::function<std::optional<Bytes>(std::uint64_t gpa)>;

struct Translation {
    std::uint64_t gpa = 0;
    std::uint64_t leaf = 0;   ///< the last entry
    bool no_execute = false;  ///< at any level
};

/// Why an address has no translation.
struct Fault {
    unsigned level;       ///< of the table: 1 is the last
    std::uint64_t table;  ///< its guest physical address
    bool loaded;          ///< false: no page is loaded there; true: the entry is not present
};

tl::expected<Translation, Fault> translate(const Paging& paging, std::uint64_t address, const ReadPage& read);

/// What a walk over all tables meets.
struct TableVisitor {
    std::function<void(std::uint64_t gpa)> table;                      ///< each loaded table, at least once
    std::function<void(std::uint64_t gpa, std::uint64_t size)> range;  ///< each range that an entry maps
};

/// Visits everything that the root leads to, each table at most once for each level, so that loops end.
/// False when there are more than `max_tables`: the visit is then not complete.
bool visit_tables(const Paging& paging, const ReadPage& read, std::size_t max_tables,
                  const TableVisitor& visitor);

}  // namespace igvm::x64
