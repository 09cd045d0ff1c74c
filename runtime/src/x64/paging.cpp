#include "x64/paging.hpp"

#include <set>

namespace igvm::x64 {
namespace {

constexpr std::uint64_t kPresent = 1;
constexpr std::uint64_t kLargePage = std::uint64_t{1} << 7;
constexpr std::uint64_t kNoExecute = std::uint64_t{1} << 63;
constexpr std::uint64_t kAddressBits = 0x000FFFFFFFFFF000;
constexpr std::size_t kEntries = 512;

/// log2 of the bytes that one entry of a table of `level` covers.
constexpr unsigned shift_of(unsigned level) { return 12 + 9 * (level - 1); }

bool is_leaf(std::uint64_t entry, unsigned level) {
    return level == 1 || (level <= 3 && (entry & kLargePage) != 0);
}

/// Entry `index` of a table as read: a table of zeros is empty.
std::uint64_t entry_of(Bytes table, std::size_t index) {
    const auto entry = read<U64>(table, index * sizeof(U64));
    return entry ? std::uint64_t{*entry} : 0;
}

std::uint64_t leaf_base(const Paging& paging, std::uint64_t entry, unsigned level) {
    return paging.address_of(entry) >> shift_of(level) << shift_of(level);
}

class Visit {
  public:
    Visit(const Paging& paging, const ReadPage& read, std::size_t max_tables, const TableVisitor& visitor)
        : paging_(paging), read_(read), left_(max_tables), visitor_(visitor) {}

    bool table(std::uint64_t gpa, unsigned level) {
        if (!seen_.insert(gpa | level).second) return true;
        const auto content = read_(gpa);
        if (!content) return true;
        if (left_-- == 0) return false;
        visitor_.table(gpa);
        for (std::size_t i = 0; i < kEntries && !content->empty(); ++i)
            if (!entry(entry_of(*content, i), level)) return false;
        return true;
    }

  private:
    bool entry(std::uint64_t value, unsigned level) {
        if ((value & kPresent) == 0) return true;
        if (!is_leaf(value, level)) return table(paging_.address_of(value), level - 1);
        visitor_.range(leaf_base(paging_, value, level), std::uint64_t{1} << shift_of(level));
        return true;
    }

    const Paging& paging_;
    const ReadPage& read_;
    std::size_t left_;
    const TableVisitor& visitor_;
    std::set<std::uint64_t> seen_;  ///< address | level
};

}  // namespace

std::uint64_t Paging::address_of(std::uint64_t entry) const {
    return entry & kAddressBits & ~encryption_bits;
}

tl::expected<Translation, Fault> translate(const Paging& paging, std::uint64_t address,
                                           const ReadPage& read) {
    Translation found;
    std::uint64_t table = paging.address_of(paging.cr3);
    for (unsigned level = paging.levels;; --level) {
        const auto content = read(table);
        if (!content) return tl::unexpected(Fault{level, table, false});
        found.leaf = entry_of(*content, address >> shift_of(level) & (kEntries - 1));
        if ((found.leaf & kPresent) == 0) return tl::unexpected(Fault{level, table, true});
        found.no_execute = found.no_execute || (paging.no_execute && (found.leaf & kNoExecute) != 0);
        if (is_leaf(found.leaf, level)) {
            const std::uint64_t offset = address & ((std::uint64_t{1} << shift_of(level)) - 1);
            found.gpa = leaf_base(paging, found.leaf, level) + offset;
            return found;
        }
        table = paging.address_of(found.leaf);
    }
}

bool visit_tables(const Paging& paging, const ReadPage& read, std::size_t max_tables,
                  const TableVisitor& visitor) {
    return Visit(paging, read, max_tables, visitor).table(paging.address_of(paging.cr3), paging.levels);
}

}  // namespace igvm::x64
