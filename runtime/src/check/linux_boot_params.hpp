// The zero page of a Linux kernel. Offsets and rules: Linux, Documentation/arch/x86/boot.rst, zero-page.rst.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "igvm/wire.hpp"

namespace igvm::check_detail {

/// Memory that a kernel uses, or its memory map names.
struct Piece {
    std::string_view name;
    std::uint64_t first;
    std::uint64_t size;

    /// Its last byte, at most that of the address space. Precondition: size is not 0.
    std::uint64_t last() const;
    bool meets(const Piece& other) const;
};

struct MapEntry {
    Piece piece;
    bool usable;  ///< RAM
};

/// The page that rsi points to when a kernel is entered in 64-bit mode.
class BootParams {
  public:
    /// The most entries that the table in the page holds.
    static constexpr std::uint8_t kMaxMapEntries = 128;

    explicit BootParams(Bytes page) : page_(page) {}

    /// Of a boot protocol that has pref_address and init_size.
    bool is_one() const;

    Piece initrd() const;
    Piece command_line() const;
    Piece cc_blob() const;
    /// Where a kernel loaded at `load` unpacks itself to.
    Piece working_memory(std::uint64_t load) const;

    /// e820_entries as it stands.
    std::uint8_t map_entries() const;
    /// The table's entries that are not empty, ascending.
    std::vector<MapEntry> memory_map() const;
    /// The memory that the kernel takes instead of a table without entries.
    std::vector<MapEntry> memory_without_map() const;
    /// More entries may follow in the list of setup_data.
    bool map_may_go_on() const;

  private:
    template <Wire T>
    std::uint64_t at(std::uint64_t offset) const {
        const auto value = read<T>(page_, offset);
        return value ? std::uint64_t{*value} : 0;
    }
    std::uint64_t wide(std::uint64_t low, std::uint64_t high) const {
        return at<U32>(low) | at<U32>(high) << 32;
    }

    Bytes page_;
};

}  // namespace igvm::check_detail
