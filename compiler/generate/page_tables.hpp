// Page tables of architectures whose tables are 512 entries of 64 bits.
// Sources: AMD APM volume 2, chapter 5; Arm ARM, chapter D8 (granule of 4 KiB).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace igvm::spec::generate {

/// Virtual addresses [begin, end) and where they lead; all multiples of 4 KiB.
struct Mapping {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t physical = 0;  ///< where `begin` leads
    std::uint64_t flags = 0;     ///< of every leaf; 0: a hole
};

/// A letter of a permission such as "rwx", as bits of a leaf.
struct Permission {
    char letter;
    std::uint64_t set;
    std::uint64_t clear;
};

/// How an architecture writes its entries, beside the address.
struct EntryFormat {
    std::uint64_t table = 0;                ///< an entry that leads to a table
    std::uint64_t block = 0;                ///< a leaf above the last level
    std::uint64_t page = 0;                 ///< a leaf of the last level
    std::uint64_t leaf = 0;                 ///< every leaf, before its permissions
    std::uint64_t inherited = 0;            ///< bits of any leaf that entries leading to tables have as well
    std::uint64_t address = 0;              ///< the bits that are no flags
    std::uint64_t always = 0;               ///< address bits that every entry has: the C-bit
    std::vector<Permission> permissions{};  ///< the first makes a leaf valid

    /// The flags of a mapping; 0, a hole, for no letters. Nothing when a letter is unknown or given twice,
    /// and when the first permission is missing.
    std::optional<std::uint64_t> flags(std::string_view letters) const;
    /// The flags of an entry that are given as bits; nothing when they have bits of an address or those that
    /// tell leaves and tables apart, and when the first permission is missing.
    std::optional<std::uint64_t> flags(std::uint64_t bits) const;
    /// "rwx": all letters.
    std::string letters() const;
};

/// Masks of the address bit that tells private from shared memory; at most one is not 0.
struct Confidentiality {
    std::uint64_t c_bit = 0;       ///< SEV: all entries but the leaves of shared memory have it
    std::uint64_t shared_bit = 0;  ///< TDX: the leaves of shared memory have it
};

/// r, w, x, u (user), g (global), s (shared with the host).
EntryFormat x64_entries(Confidentiality confidentiality);
/// Stage 1: r, w, x, u (EL0), d (device memory). The indices are into MAIR.
EntryFormat arm64_entries(std::uint64_t normal_index, std::uint64_t device_index);

struct TableOptions {
    EntryFormat format;
    unsigned levels = 4;
    std::uint64_t largest_leaf = 0;           ///< bytes: 4 KiB, 2 MiB or 1 GiB
    std::optional<std::uint64_t> self_map{};  ///< the entry of the root that leads to the root
};

/// Bits of the virtual addresses that tables of that many levels translate.
constexpr unsigned address_bits(unsigned levels) { return 12 + 9 * levels; }

/// `whole` without `parts`, and the parts that are not holes, by address. The parts are by address and apart.
std::vector<Mapping> replace_parts(const Mapping& whole, std::span<const Mapping> parts);

/// Number of 4 KiB tables for `mappings`, which are by address, apart, and below 2^address_bits; nothing when
/// it is more than `limit`.
std::optional<std::size_t> count_tables(std::span<const Mapping> mappings, const TableOptions& options,
                                        std::size_t limit);
/// The tables for guest physical address `at`: level by level, the root first, each level by address.
std::vector<std::uint8_t> build_tables(std::span<const Mapping> mappings, const TableOptions& options,
                                       std::size_t count, std::uint64_t at);

}  // namespace igvm::spec::generate
