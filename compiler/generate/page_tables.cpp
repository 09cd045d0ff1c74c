#include "generate/page_tables.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "igvm/wire.hpp"

namespace igvm::spec::generate {
namespace {

constexpr std::uint64_t kTableSize = 4096;
constexpr std::size_t kEntries = 512;

constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }

/// Bytes that one entry of a table of `level` covers; level 1 is the last.
constexpr std::uint64_t span_of(unsigned level) { return bit(12 + 9 * (level - 1)); }

struct Table {
    std::uint64_t address;  ///< virtual, of the first entry
    unsigned level;
};

/// The tables in their order, found one from another.
class Walk {
  public:
    Walk(std::span<const Mapping> mappings, const TableOptions& options)
        : mappings_(mappings), options_(options), tables_{{0, options.levels}} {}

    bool done() const { return next_ == tables_.size(); }
    std::size_t count() const { return tables_.size(); }

    /// Goes through the entries of the next table that are not empty: `leaf(index, value)`, and
    /// `table(index, number)` for one that leads to another table.
    template <class Leaf, class Lower>
    void visit(Leaf leaf, Lower lower) {
        const Table table = tables_[next_++];
        const std::uint64_t span = span_of(table.level);
        auto mapping = std::ranges::upper_bound(mappings_, table.address, {}, &Mapping::end);
        std::uint64_t begin = table.address;
        for (std::size_t index = 0; index < kEntries; ++index, begin += span) {
            while (mapping != mappings_.end() && mapping->end <= begin) ++mapping;
            if (mapping == mappings_.end()) return;
            if (mapping->begin >= begin + span) continue;
            if (is_leaf(*mapping, begin, table.level)) {
                leaf(index, leaf_entry(*mapping, begin, table.level));
            } else {
                lower(index, tables_.size());
                tables_.push_back({begin, table.level - 1});
            }
        }
    }

  private:
    bool is_leaf(const Mapping& mapping, std::uint64_t begin, unsigned level) const {
        const std::uint64_t span = span_of(level);
        return level == 1 || (span <= options_.largest_leaf && mapping.begin <= begin &&
                              mapping.end - begin >= span && physical(mapping, begin) % span == 0);
    }

    std::uint64_t leaf_entry(const Mapping& mapping, std::uint64_t begin, unsigned level) const {
        return physical(mapping, begin) | mapping.flags |
               (level == 1 ? options_.format.page : options_.format.block);
    }

    static std::uint64_t physical(const Mapping& mapping, std::uint64_t begin) {
        return mapping.physical + (begin - mapping.begin);
    }

    std::span<const Mapping> mappings_;
    const TableOptions& options_;
    std::vector<Table> tables_;
    std::size_t next_ = 0;
};

std::uint64_t bits_of_tables(std::span<const Mapping> mappings, const EntryFormat& format) {
    std::uint64_t bits = format.table;
    for (const Mapping& mapping : mappings) bits |= mapping.flags & format.inherited;
    return bits;
}

}  // namespace

std::optional<std::uint64_t> EntryFormat::flags(std::string_view letters) const {
    if (letters.empty()) return 0;
    std::uint64_t value = leaf;
    for (const char letter : letters) {
        const auto found = std::ranges::find(permissions, letter, &Permission::letter);
        if (found == permissions.end() || std::ranges::count(letters, letter) > 1) return std::nullopt;
        value = (value & ~found->clear) | found->set;
    }
    if (letters.find(permissions.front().letter) == std::string_view::npos) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> EntryFormat::flags(std::uint64_t bits) const {
    const bool valid = (bits & (address | block | page)) == 0 && (bits & permissions.front().set) != 0;
    return valid ? std::optional(bits | always) : std::nullopt;
}

std::string EntryFormat::letters() const {
    std::string all;
    for (const Permission& permission : permissions) all += permission.letter;
    return all;
}

EntryFormat x64_entries(Confidentiality confidentiality) {
    const auto [c_bit, shared_bit] = confidentiality;
    constexpr std::uint64_t present = bit(0), writable = bit(1), user = bit(2), accessed = bit(5),
                            dirty = bit(6), large = bit(7), global = bit(8), no_execute = bit(63);
    return {.table = present | writable | accessed | c_bit,
            .block = large,
            .leaf = accessed | dirty | no_execute | c_bit,
            .inherited = user,
            .address = bit(52) - bit(12),
            .always = c_bit,
            .permissions = {{'r', present, 0},
                            {'w', writable, 0},
                            {'x', 0, no_execute},
                            {'u', user, 0},
                            {'g', global, 0},
                            {'s', shared_bit, c_bit}}};
}

EntryFormat arm64_entries(std::uint64_t normal_index, std::uint64_t device_index) {
    constexpr unsigned index_shift = 2;
    constexpr std::uint64_t valid = bit(0), table_or_page = bit(1), el0 = bit(6), read_only = bit(7),
                            inner_shareable = bit(8) | bit(9), accessed = bit(10),
                            never_execute = bit(53) | bit(54);
    const std::uint64_t normal = normal_index << index_shift | inner_shareable;
    return {.table = valid | table_or_page,
            .page = table_or_page,
            .leaf = accessed | read_only | never_execute | normal,
            .address = bit(48) - bit(12),
            .permissions = {{'r', valid, 0},
                            {'w', 0, read_only},
                            {'x', 0, never_execute},
                            {'u', el0, 0},
                            {'d', device_index << index_shift, normal}}};
}

std::vector<Mapping> replace_parts(const Mapping& whole, std::span<const Mapping> parts) {
    std::vector<Mapping> mappings;
    std::uint64_t begin = whole.begin;
    const auto add_whole = [&](std::uint64_t end) {
        if (begin < end)
            mappings.push_back({begin, end, whole.physical + (begin - whole.begin), whole.flags});
    };
    for (const Mapping& part : parts) {
        add_whole(std::min(part.begin, whole.end));
        begin = std::max(begin, part.end);
        if (part.flags != 0) mappings.push_back(part);
    }
    add_whole(whole.end);
    std::ranges::sort(mappings, {}, &Mapping::begin);
    return mappings;
}

std::optional<std::size_t> count_tables(std::span<const Mapping> mappings, const TableOptions& options,
                                        std::size_t limit) {
    Walk walk(mappings, options);
    while (!walk.done() && walk.count() <= limit) walk.visit([](auto, auto) {}, [](auto, auto) {});
    return walk.count() <= limit ? std::optional(walk.count()) : std::nullopt;
}

std::vector<std::uint8_t> build_tables(std::span<const Mapping> mappings, const TableOptions& options,
                                       std::size_t count, std::uint64_t at) {
    std::vector<std::uint8_t> out(count * kTableSize);
    const auto store = [&](std::size_t table, std::size_t index, std::uint64_t value) {
        const U64 entry(value);
        std::memcpy(&out[table * kTableSize + index * sizeof entry], &entry, sizeof entry);
    };
    const std::uint64_t table_bits = bits_of_tables(mappings, options.format);
    const auto lead_to = [&](std::size_t table, std::size_t index, std::size_t number) {
        store(table, index, (at + number * kTableSize) | table_bits);
    };
    Walk walk(mappings, options);
    for (std::size_t table = 0; !walk.done(); ++table) {
        walk.visit([&](std::size_t index, std::uint64_t value) { store(table, index, value); },
                   [&](std::size_t index, std::size_t number) { lead_to(table, index, number); });
    }
    // Through it the tables are memory of their own: what leaves may inherit is not for them.
    if (options.self_map) store(0, static_cast<std::size_t>(*options.self_map), at | options.format.table);
    return out;
}

}  // namespace igvm::spec::generate
