#include "load/page_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>

namespace igvm::load {
namespace {

constexpr std::uint64_t kPresent = 0x1;
constexpr std::uint64_t kWritable = 0x2;
constexpr std::uint64_t kUser = 0x4;
constexpr std::uint64_t kAccessed = 0x20;
constexpr std::uint64_t kLarge = 0x80;
constexpr std::uint64_t kAddressBits = 0x000F'FFFF'FFFF'F000;
constexpr std::uint64_t kCr4La57 = 0x1000;
constexpr int kLowestLarge = 2;   // 2 MiB
constexpr int kHighestLarge = 3;  // 1 GiB

/// What one entry of a table at `level` (1: the lowest) maps.
constexpr std::uint64_t span_of(int level) { return kPageSize << (9 * (level - 1)); }

std::size_t slot_of(std::uint64_t address, int level) {
    return static_cast<std::size_t>(address / span_of(level) % 512);
}

/// The virtual address of the upper half begins with ones.
std::uint64_t canonical(std::uint64_t address, int top) {
    const std::uint64_t half = span_of(top) * 256;
    return address < half ? address : address | ~(2 * half - 1);
}

bool is_leaf(std::uint64_t entry, int level) {
    return level == 1 || (level >= kLowestLarge && level <= kHighestLarge && (entry & kLarge) != 0);
}

std::uint64_t magnitude(std::uint64_t delta) { return delta >> 63 != 0 ? ~delta + 1 : delta; }

}  // namespace

PageTables::PageTables(const Image& image, const Found<PageTableRelocation>& region,
                       const Relocations& relocations, std::uint64_t private_bit)
    : image_(image),
      header_index_(region.header_index),
      region_(region.wire),
      relocations_(relocations),
      private_bit_(private_bit),
      delta_(relocations.relocate(region_.gpa) - region_.gpa),
      next_unused_(region_.gpa + region_.used_size) {}

void PageTables::add(std::uint64_t gpa, Bytes content) {
    if (in_region(gpa) && !content.empty()) stored_[gpa] = content;
}

tl::unexpected<Error> PageTables::refuse(std::string detail) const {
    return fail(Rule::kLoadPageTable, image_.header(header_index_).offset, std::move(detail));
}

std::uint64_t PageTables::address_of(std::uint64_t entry, std::uint64_t page_size) const {
    return entry & kAddressBits & ~private_bit_ & ~(page_size - 1);
}

Result<void> PageTables::fix(const PagingState& state) {
    top_ = (state.cr4 & kCr4La57) != 0 ? 5 : 4;
    root_ = address_of(state.cr3, kPageSize);
    if (!in_region(root_))
        return refuse(fmt::format("CR3 {:#x} does not point into the page table region", state.cr3));
    if (auto done = descend(root_, top_, 0); !done) return done;
    std::ranges::sort(moved_, {}, [](const MovedEntry& one) { return std::tuple(one.address, -one.level); });
    for (const MovedEntry& moved : moved_)
        if (auto done = insert(moved); !done) return done;
    return {};
}

Result<void> PageTables::descend(std::uint64_t table_gpa, int level, std::uint64_t address) {
    const auto [place, is_new] = tables_.try_emplace(table_gpa);
    if (!is_new) return refuse(fmt::format("the page table at {:#x} is reached twice", table_gpa));
    if (tables_.size() > kMaxPageTables)
        return refuse(fmt::format("more than {} page tables are reached", kMaxPageTables));
    Table& table = place->second;
    if (const auto stored = stored_.find(table_gpa); stored != stored_.end())
        std::memcpy(table.data(), stored->second.data(), kPageSize);
    for (std::size_t slot = 0; slot < table.size(); ++slot) {
        if ((table[slot] & kPresent) == 0) continue;
        const std::uint64_t mapped = canonical(address + slot * span_of(level), top_);
        const auto done = is_leaf(table[slot], level) ? move_leaf(table[slot], level, mapped)
                                                      : follow(table[slot], level, mapped);
        if (!done) return done;
    }
    return {};
}

/// An entry that points to a table. Tables outside of the region are neither walked nor fixed.
Result<void> PageTables::follow(U64& entry, int level, std::uint64_t address) {
    const std::uint64_t target = address_of(entry, kPageSize);
    if (!in_region(target)) {
        if (relocations_.relocate(target) == target) return {};
        return refuse(fmt::format("the page table at {:#x} lies in another region that moves", target));
    }
    if (auto done = descend(target, level - 1, address); !done) return done;
    entry = entry - target + (target + delta_);
    return {};
}

/// An entry that maps memory. It is moved for every region in it that moved at least as far as it reaches.
Result<void> PageTables::move_leaf(U64& entry, int level, std::uint64_t address) {
    const std::uint64_t size = span_of(level);
    const std::uint64_t target = address_of(entry, size);
    const auto regions = relocations_.meeting({target, target + size});
    const bool concerned = std::ranges::any_of(regions, [](const Move& move) { return move.delta != 0; });
    if (!concerned && !maps_moved(address, size)) return {};
    if (target != address)
        return refuse(fmt::format("{:#x} is mapped to {:#x}; page tables that move must be an identity map",
                                  address, target));
    bool stays = false;
    for (const Move& move : regions) {
        if (magnitude(move.delta) < size) {
            stays = true;
        } else if (move.delta % size != 0) {
            return refuse(fmt::format("the entry of {:#x} bytes at {:#x} cannot move by {:#x}", size, address,
                                      magnitude(move.delta)));
        } else {
            moved_.push_back({address + move.delta, level, entry - target});
        }
    }
    if (!stays) entry = std::uint64_t{0};
    return {};
}

bool PageTables::maps_moved(std::uint64_t address, std::uint64_t size) const {
    return address < kEndOfGuestMemory &&
           std::ranges::any_of(relocations_.meeting({address, address + size}),
                               [](const Move& move) { return move.delta != 0; });
}

Result<void> PageTables::insert(const MovedEntry& moved) {
    const std::uint64_t wanted = moved.bits | moved.address;
    if (canonical(moved.address, top_) != moved.address || moved.address >= span_of(top_) * 256)
        return refuse(fmt::format("{:#x} cannot be mapped to itself with {} levels", moved.address, top_));
    std::uint64_t table = root_;
    for (int level = top_;; --level) {
        U64& entry = tables_.at(table)[slot_of(moved.address, level)];
        const bool present = (entry & kPresent) != 0;
        if (level == moved.level && (!present || entry == wanted)) {
            entry = wanted;
            return {};
        }
        if (present && is_leaf(entry, level) && level > moved.level &&
            address_of(entry, span_of(level)) == (moved.address & ~(span_of(level) - 1)))
            return {};
        if (level == moved.level || (present && is_leaf(entry, level)))
            return refuse(fmt::format("{:#x} is already mapped in another way", moved.address));
        const auto next = next_table(entry, moved);
        if (!next) return tl::unexpected(next.error());
        table = *next;
    }
}

/// The table that a pointer entry leads to, made when there is none.
Result<std::uint64_t> PageTables::next_table(U64& entry, const MovedEntry& moved) {
    if ((entry & kPresent) != 0) {
        const std::uint64_t table = address_of(entry, kPageSize) - delta_;
        if (tables_.contains(table)) return table;
        return refuse(
            fmt::format("{:#x} is mapped by tables outside of the page table region", moved.address));
    }
    const auto table = unused_page();
    if (!table) return table;
    tables_.try_emplace(*table);
    entry = (*table + delta_) | kPresent | kWritable | kAccessed | (moved.bits & (kUser | private_bit_));
    return table;
}

Result<std::uint64_t> PageTables::unused_page() {
    while (in_region(next_unused_) && (stored_.contains(next_unused_) || tables_.contains(next_unused_)))
        next_unused_ += kPageSize;
    if (!in_region(next_unused_))
        return refuse(
            fmt::format("the {:#x} bytes of the page table region are used up", std::uint64_t{region_.size}));
    if (tables_.size() >= kMaxPageTables)
        return refuse(fmt::format("more than {} page tables are needed", kMaxPageTables));
    return std::exchange(next_unused_, next_unused_ + kPageSize);
}

}  // namespace igvm::load
