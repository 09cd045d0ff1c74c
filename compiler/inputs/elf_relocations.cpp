// What the dynamic section of a position-independent executable says must change when it moves.
#include <gelf.h>

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "inputs/elf.hpp"

namespace igvm::spec::elf {
namespace {

/// The relocations that need neither symbols nor a dynamic loader.
struct MachineRow {
    std::uint16_t machine;
    std::uint32_t none, relative;
    std::string_view name;
};
constexpr auto kMachines = std::to_array<MachineRow>({
    {EM_X86_64, R_X86_64_NONE, R_X86_64_RELATIVE, "R_X86_64_RELATIVE"},
    {EM_AARCH64, R_AARCH64_NONE, R_AARCH64_RELATIVE, "R_AARCH64_RELATIVE"},
});

constexpr std::uint64_t kWord = sizeof(U64);
// elf.h has had the names since glibc 2.36.
constexpr std::int64_t kDtRelrsz = 35, kDtRelr = 36;

constexpr std::int64_t kDtRelrent = 37;

/// A table of relocations by its tags in the dynamic section; PLT relocations are of RELA's size on these
/// machines.
struct TableTags {
    std::int64_t address, size, entry;
    std::uint64_t entry_size;
};
constexpr TableTags kRela = {DT_RELA, DT_RELASZ, DT_RELAENT, sizeof(Elf64_Rela)};
constexpr TableTags kPlt = {DT_JMPREL, DT_PLTRELSZ, DT_RELAENT, sizeof(Elf64_Rela)};
constexpr TableTags kRelr = {kDtRelr, kDtRelrsz, kDtRelrent, kWord};

/// The values of the tags that are looked at, the first of each.
using Tags = std::map<std::int64_t, std::uint64_t>;
constexpr std::array<std::int64_t, 9> kWantedTags{DT_REL,      DT_RELA, DT_RELASZ, DT_RELAENT, DT_JMPREL,
                                                  DT_PLTRELSZ, kDtRelr, kDtRelrsz, kDtRelrent};

/// What is wrong with the tags of one table (System V ABI, Dynamic Section: each needs the others), or null.
const char* tag_error(const Tags& tags, const TableTags& row) {
    if (tags.contains(row.address) != tags.contains(row.size))
        return "the dynamic section has the address or the size of a table of relocations without the other";
    const auto entry = tags.find(row.entry);
    if (entry != tags.end() && entry->second != row.entry_size)
        return "the dynamic section gives the relocations another size than their format has";
    return nullptr;
}

void add(std::span<std::uint8_t> image, std::uint64_t place, std::uint64_t value, bool to_contents) {
    const auto word = image.subspan(static_cast<std::size_t>(place), kWord);
    const std::uint64_t before = to_contents ? std::uint64_t{*read<U64>(word, 0)} : 0;
    std::ranges::copy(bytes_of(U64(before + value)), word.begin());
}

}  // namespace

InputResult<void> File::read_dynamic() {
    if (!position_independent_ || !dynamic_ || dynamic_->size == 0) return {};
    Elf_Data* data = elf_getdata_rawchunk(elf_.get(), static_cast<std::int64_t>(dynamic_->offset),
                                          static_cast<std::size_t>(dynamic_->size), ELF_T_DYN);
    Tags tags;
    if (data == nullptr)
        return input_error(Code::kInputMalformed, dynamic_->offset,
                           fmt::format("libelf refuses the dynamic section: {}", elf_errmsg(-1)));
    GElf_Dyn entry{};
    for (int i = 0; gelf_getdyn(data, i, &entry) != nullptr && entry.d_tag != DT_NULL; ++i)
        if (std::ranges::count(kWantedTags, entry.d_tag) != 0) tags.emplace(entry.d_tag, entry.d_un.d_val);
    if (tags.contains(DT_REL))
        return input_error(Code::kInputUnsupported, dynamic_->offset,
                           "relocations without addend (DT_REL) are not supported");
    for (const auto& [target, row] :
         {std::pair(&rela_, kRela), std::pair(&rela_, kPlt), std::pair(&relr_, kRelr)}) {
        if (const char* error = tag_error(tags, row))
            return input_error(Code::kInputMalformed, dynamic_->offset, error);
        if (!tags.contains(row.address)) continue;
        auto found = table(tags[row.address], tags[row.size], row.entry_size, dynamic_->offset);
        if (!found) return tl::unexpected(std::move(found.error()));
        if (*found) target->push_back(**found);
    }
    return {};
}

/// Where in the file a table of relocations lies; nothing when it is empty.
InputResult<std::optional<Table>> File::table(std::uint64_t vaddr, std::uint64_t size,
                                              std::uint64_t entry_size, std::uint64_t place) const {
    if (size == 0) return std::optional<Table>();
    if (size % entry_size != 0)
        return input_error(
            Code::kInputMalformed, place,
            fmt::format("{:#x} bytes of relocations are not a multiple of {}", size, entry_size));
    for (const Segment& s : segments_)
        if (vaddr >= s.vaddr && vaddr - s.vaddr <= s.filesz && size <= s.filesz - (vaddr - s.vaddr))
            return Table{s.offset + (vaddr - s.vaddr), size};
    return input_error(
        Code::kInputMalformed, place,
        fmt::format("{:#x} bytes of relocations at {:#x} are in no segment of the file", size, vaddr));
}

/// Where in the image the word is that an entry of a table changes.
InputResult<std::uint64_t> File::place_of(std::uint64_t vaddr, std::uint64_t entry) const {
    if (vaddr >= base_ && size_ >= kWord && vaddr - base_ <= size_ - kWord) return vaddr - base_;
    return input_error(Code::kInputMalformed, entry,
                       fmt::format("a relocation changes the word at {:#x}, outside {:#x}..{:#x}", vaddr,
                                   base_, base_ + size_));
}

InputResult<void> File::apply_rela(std::span<std::uint8_t> image, std::uint64_t shift,
                                   const Table& rela) const {
    const auto* known = std::ranges::find(kMachines, machine_, &MachineRow::machine);
    Elf_Data* data = elf_getdata_rawchunk(elf_.get(), static_cast<std::int64_t>(rela.offset),
                                          static_cast<std::size_t>(rela.size), ELF_T_RELA);
    if (data == nullptr)
        return input_error(Code::kInputMalformed, rela.offset,
                           fmt::format("libelf refuses the relocations: {}", elf_errmsg(-1)));
    GElf_Rela entry{};
    for (int i = 0; gelf_getrela(data, i, &entry) != nullptr; ++i) {
        const std::uint64_t offset = rela.offset + static_cast<std::uint64_t>(i) * sizeof(Elf64_Rela);
        const auto type = static_cast<std::uint32_t>(GELF_R_TYPE(entry.r_info));
        if (type == known->none) continue;
        if (type != known->relative)
            return input_error(Code::kInputUnsupported, offset,
                               fmt::format("relocation type {} needs a dynamic loader: only {} is supported",
                                           type, known->name));
        const auto place = place_of(entry.r_offset, offset);
        if (!place) return tl::unexpected(place.error());
        add(image, *place, static_cast<std::uint64_t>(entry.r_addend) + shift, false);
    }
    return {};
}

/// An even entry is the address of a word; bit i > 0 of an odd one stands for word i - 1 of the 63 that
/// follow.
InputResult<void> File::apply_relr(std::span<std::uint8_t> image, std::uint64_t shift,
                                   const Table& relr) const {
    std::uint64_t next = 0;
    const auto change = [&](std::uint64_t vaddr, std::uint64_t entry) -> InputResult<void> {
        const auto place = place_of(vaddr, entry);
        if (!place) return tl::unexpected(place.error());
        add(image, *place, shift, true);
        return {};
    };
    for (std::uint64_t offset = relr.offset; offset < relr.offset + relr.size; offset += kWord) {
        const std::uint64_t entry = *read<U64>(bytes_, offset);
        if (entry % 2 == 0) {
            if (auto done = change(entry, offset); !done) return done;
            next = entry + kWord;
            continue;
        }
        for (unsigned bit = 1; bit < 64; ++bit) {
            if ((entry >> bit & 1) == 0) continue;
            if (auto done = change(next + (bit - 1) * kWord, offset); !done) return done;
        }
        next += 63 * kWord;
    }
    return {};
}

}  // namespace igvm::spec::elf
