#include "inputs/elf.hpp"

#include <gelf.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "igvm/format.hpp"

namespace igvm::spec::elf {
namespace {

/// libelf's word for what it refused.
std::string reason() { return elf_errmsg(-1); }

InputResult<void> malformed(std::uint64_t offset, std::string detail) {
    return input_error(Code::kInputMalformed, offset, std::move(detail));
}

InputResult<void> unsupported(std::uint64_t offset, std::string detail) {
    return input_error(Code::kInputUnsupported, offset, std::move(detail));
}

/// What libelf would convert, or take on trust when it makes room for it.
InputResult<void> check_identity(Bytes bytes) {
    constexpr std::string_view kMagic = ELFMAG;
    if (bytes.size() < EI_NIDENT || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin()))
        return malformed(0, "this is not an ELF file: it does not begin with 7f 45 4c 46");
    if (bytes[EI_CLASS] != ELFCLASS64) return unsupported(EI_CLASS, "only 64-bit ELF files are supported");
    if (bytes[EI_DATA] != ELFDATA2LSB)
        return unsupported(EI_DATA, "only little-endian ELF files are supported");
    if (bytes.size() < sizeof(Elf64_Ehdr)) return malformed(bytes.size(), "the ELF header is cut off");
    return {};
}

struct HeaderTable {
    std::string_view name;
    std::size_t offset_field, count_field, size_field;  ///< in the ELF header
    std::uint64_t entry_size;
    std::uint64_t extended;  ///< the count that stands for one kept elsewhere
};
constexpr auto kTables = std::to_array<HeaderTable>({
    {"program", offsetof(Elf64_Ehdr, e_phoff), offsetof(Elf64_Ehdr, e_phnum),
     offsetof(Elf64_Ehdr, e_phentsize), sizeof(Elf64_Phdr), PN_XNUM},
    {"section", offsetof(Elf64_Ehdr, e_shoff), offsetof(Elf64_Ehdr, e_shnum),
     offsetof(Elf64_Ehdr, e_shentsize), sizeof(Elf64_Shdr), 0},
});

InputResult<void> check_table(Bytes bytes, const HeaderTable& table) {
    const std::uint64_t offset = *read<U64>(bytes, table.offset_field);
    const std::uint64_t count = *read<U16>(bytes, table.count_field);
    if (offset == 0) return {};
    if (count == table.extended)
        return unsupported(
            table.count_field,
            fmt::format("{} headers that are counted elsewhere are not supported", table.name));
    if (const std::uint64_t size = *read<U16>(bytes, table.size_field); size != table.entry_size)
        return malformed(table.size_field,
                         fmt::format("{} headers have {} bytes, not {}", table.name, size, table.entry_size));
    if (slice(bytes, offset, count * table.entry_size)) return {};
    return malformed(
        table.offset_field,
        fmt::format("{} {} headers at byte {:#x} run past the end of the file", count, table.name, offset));
}

std::shared_ptr<::Elf> open_elf(Bytes bytes) {
    elf_version(EV_CURRENT);
    // Without need to convert, libelf reads in place and writes nothing.
    auto* image = reinterpret_cast<char*>(const_cast<std::uint8_t*>(bytes.data()));
    return {elf_memory(image, bytes.size()), elf_end};
}

bool takes_memory(const GElf_Phdr& header) { return header.p_type == PT_LOAD && header.p_memsz != 0; }

/// Why a segment of the kinds that are read cannot be; nothing when it can.
std::optional<std::string> fault(const GElf_Phdr& header, Bytes bytes) {
    const bool load = takes_memory(header);
    if (!load && header.p_type != PT_DYNAMIC) return std::nullopt;
    if (!slice(bytes, header.p_offset, header.p_filesz))
        return fmt::format("has {:#x} bytes at {:#x}, past the end of the file", header.p_filesz,
                           header.p_offset);
    if (load && header.p_filesz > header.p_memsz)
        return fmt::format("has {:#x} bytes in the file but {:#x} in memory", header.p_filesz,
                           header.p_memsz);
    constexpr std::uint64_t kLimit = UINT64_MAX - kPageSize;
    const std::uint64_t highest = std::max(header.p_paddr, header.p_vaddr);
    if (load && (highest > kLimit || header.p_memsz > kLimit - highest))
        return fmt::format("of {:#x} bytes at {:#x} wraps around", header.p_memsz, highest);
    return std::nullopt;
}

bool by_gpa(const Segment& a, const Segment& b) { return a.gpa < b.gpa; }

}  // namespace

InputResult<File> File::open(Bytes bytes) {
    File file(bytes);
    for (const auto step :
         {&File::read_header, &File::read_segments, &File::check_layout, &File::read_dynamic})
        if (auto done = (file.*step)(); !done) return tl::unexpected(std::move(done.error()));
    return file;
}

InputResult<void> File::read_header() {
    if (auto known = check_identity(bytes_); !known) return known;
    for (const HeaderTable& table : kTables)
        if (auto fits = check_table(bytes_, table); !fits) return fits;
    elf_ = open_elf(bytes_);
    GElf_Ehdr header{};
    if (elf_ == nullptr || gelf_getehdr(elf_.get(), &header) == nullptr)
        return malformed(0, fmt::format("libelf refuses the file: {}", reason()));
    if (header.e_machine != EM_X86_64 && header.e_machine != EM_AARCH64)
        return unsupported(
            offsetof(Elf64_Ehdr, e_machine),
            fmt::format("machine {} is neither x86-64 (62) nor AArch64 (183)", header.e_machine));
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
        return unsupported(
            offsetof(Elf64_Ehdr, e_type),
            fmt::format("type {} is neither an executable (2) nor position-independent (3)", header.e_type));
    machine_ = header.e_machine;
    position_independent_ = header.e_type == ET_DYN;
    entry_ = header.e_entry;
    return {};
}

InputResult<void> File::read_segments() {
    std::size_t count = 0;
    if (elf_getphdrnum(elf_.get(), &count) != 0)
        return malformed(0, fmt::format("libelf refuses the program headers: {}", reason()));
    const std::uint64_t table = *read<U64>(bytes_, offsetof(Elf64_Ehdr, e_phoff));
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t place = table + i * sizeof(Elf64_Phdr);
        GElf_Phdr header{};
        if (gelf_getphdr(elf_.get(), static_cast<int>(i), &header) == nullptr)
            return malformed(place, fmt::format("libelf refuses program header {}: {}", i, reason()));
        if (auto wrong = fault(header, bytes_))
            return malformed(place, fmt::format("segment {} {}", i, *wrong));
        if (header.p_type == PT_DYNAMIC) dynamic_ = Table{header.p_offset, header.p_filesz};
        if (!takes_memory(header)) continue;
        const std::uint64_t gpa = position_independent_ ? header.p_vaddr : header.p_paddr;
        segments_.push_back(
            {gpa, header.p_vaddr, header.p_offset, header.p_filesz, header.p_memsz, header.p_flags});
    }
    if (!segments_.empty()) return {};
    return malformed(offsetof(Elf64_Ehdr, e_phoff),
                     "the file has nothing to load: no PT_LOAD segment takes memory");
}

InputResult<void> File::check_layout() {
    std::vector<Segment> sorted = segments_;
    std::ranges::stable_sort(sorted, by_gpa);
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        const Segment& below = sorted[i - 1];
        if (below.gpa + below.memsz > sorted[i].gpa)
            return malformed(sorted[i].offset,
                             fmt::format("the segments at {:#x} (of {:#x} bytes) and at {:#x} overlap",
                                         below.gpa, below.memsz, sorted[i].gpa));
    }
    base_ = sorted.front().gpa / kPageSize * kPageSize;
    size_ = *align_up(sorted.back().gpa + sorted.back().memsz, kPageSize) - base_;
    return {};
}

InputResult<std::uint64_t> File::entry_gpa() const {
    const auto holds = [this](const Segment& s) { return entry_ >= s.gpa && entry_ - s.gpa < s.memsz; };
    if (std::ranges::any_of(segments_, holds)) return entry_;
    if (const auto gpa = gpa_of(entry_)) return gpa;
    return input_error(Code::kInputMalformed, offsetof(Elf64_Ehdr, e_entry),
                       fmt::format("the entry {:#x} lies in no segment", entry_));
}

InputResult<std::uint64_t> File::gpa_of(std::uint64_t vaddr) const {
    // The end of a segment counts where nothing else begins: symbols such as _end stand there.
    for (const std::uint64_t end : {0u, 1u})
        for (const Segment& s : segments_)
            if (vaddr >= s.vaddr && vaddr - s.vaddr < s.memsz + end) return s.gpa + (vaddr - s.vaddr);
    return input_error(Code::kInputMalformed, 0, fmt::format("the address {:#x} lies in no segment", vaddr));
}

InputResult<void> File::load(std::span<std::uint8_t> image, std::uint64_t shift) const {
    for (const Segment& segment : segments_)
        std::ranges::copy(data(segment), image.begin() + static_cast<std::ptrdiff_t>(segment.gpa - base_));
    for (const Table& rela : rela_)
        if (auto done = apply_rela(image, shift, rela); !done) return done;
    for (const Table& relr : relr_)
        if (auto done = apply_relr(image, shift, relr); !done) return done;
    return {};
}

}  // namespace igvm::spec::elf
