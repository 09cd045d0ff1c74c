// ELF files as loaders of guest memory see them: what lies where, where it starts, and what moves.
// Layout: System V ABI, chapters 4 and 5, and its supplements for x86-64 and AArch64.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "igvm/wire.hpp"
#include "inputs/input_error.hpp"

struct Elf;

namespace igvm::spec::elf {

/// A PT_LOAD segment that takes memory. Addresses are those that the file was linked for.
struct Segment {
    std::uint64_t gpa = 0;  ///< p_paddr of an executable; p_vaddr of a position-independent one
    std::uint64_t vaddr = 0;
    std::uint64_t offset = 0;  ///< in the file
    std::uint64_t filesz = 0;  ///< bytes of the file, at most memsz
    std::uint64_t memsz = 0;   ///< bytes of memory, not 0; those after filesz are zeros
    std::uint32_t flags = 0;   ///< 1 executable, 2 writable, 4 readable
};

/// A symbol that stands for an address.
struct Symbol {
    std::string_view name;    ///< not empty; a view of the file
    std::uint64_t value = 0;  ///< a virtual address
    std::uint64_t size = 0;   ///< bytes; 0: not known
};

/// A table of relocations that the dynamic section names, by its place in the file.
struct Table {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// A 64-bit little-endian executable for x86-64 or AArch64; a view of bytes that must outlive it.
class File {
  public:
    /// Reads the headers and checks that segments lie in the file, do not wrap and do not overlap.
    static InputResult<File> open(Bytes bytes);

    Bytes bytes() const { return bytes_; }
    /// In the order of the program headers.
    const std::vector<Segment>& segments() const { return segments_; }
    Bytes data(const Segment& segment) const {
        return bytes_.subspan(static_cast<std::size_t>(segment.offset),
                              static_cast<std::size_t>(segment.filesz));
    }
    /// The page of the lowest segment, and the bytes from there to the last page of the highest.
    std::uint64_t base() const { return base_; }
    std::uint64_t size() const { return size_; }

    /// As the file says it, which may be a virtual address.
    std::uint64_t entry() const { return entry_; }
    /// In the address space of Segment::gpa.
    InputResult<std::uint64_t> entry_gpa() const;

    /// The value of a defined symbol of .symtab, else of .dynsym: a virtual address. A global symbol hides
    /// local ones.
    InputResult<std::uint64_t> symbol(std::string_view name) const;
    /// Hands over the defined symbols with a name of .symtab, else of .dynsym, in the order of the table, but
    /// for those of sections and source files, until `visit` gives false. Names may share bytes: a small file
    /// can have very many long ones.
    void each_symbol(const std::function<bool(const Symbol&)>& visit) const;
    /// A virtual address in the address space of Segment::gpa.
    InputResult<std::uint64_t> gpa_of(std::uint64_t vaddr) const;

    /// False for a file that is linked to fixed addresses.
    bool is_position_independent() const { return position_independent_; }
    /// Bytes of the dynamic section, all of which `open` reads.
    std::uint64_t dynamic_size() const { return dynamic_ ? dynamic_->size : 0; }
    /// True when the contents depend on the address.
    bool has_relocations() const { return !rela_.empty() || !relr_.empty(); }
    /// Writes the image of `size()` zeroed bytes as it must be `shift` bytes above where it was linked
    /// (modulo 2^64).
    InputResult<void> load(std::span<std::uint8_t> image, std::uint64_t shift) const;

  private:
    explicit File(Bytes bytes) : bytes_(bytes) {}
    InputResult<void> read_header();
    InputResult<void> read_segments();
    InputResult<void> check_layout();
    InputResult<void> read_dynamic();
    InputResult<std::optional<Table>> table(std::uint64_t vaddr, std::uint64_t size, std::uint64_t entry_size,
                                            std::uint64_t place) const;
    InputResult<void> apply_rela(std::span<std::uint8_t> image, std::uint64_t shift, const Table& rela) const;
    InputResult<void> apply_relr(std::span<std::uint8_t> image, std::uint64_t shift, const Table& relr) const;
    InputResult<std::uint64_t> place_of(std::uint64_t vaddr, std::uint64_t entry) const;

    Bytes bytes_;
    std::shared_ptr<::Elf> elf_;
    std::uint64_t entry_ = 0;
    std::uint64_t base_ = 0;
    std::uint64_t size_ = 0;
    std::uint16_t machine_ = 0;
    bool position_independent_ = false;
    std::vector<Segment> segments_;
    std::optional<Table> dynamic_;
    std::vector<Table> rela_;
    std::vector<Table> relr_;
};

}  // namespace igvm::spec::elf
