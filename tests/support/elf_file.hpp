// Synthetic ELF files for x86-64 and AArch64.
#pragma once

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace igvm::test {

using ElfBytes = std::vector<std::uint8_t>;

/// Builds a file front to back: the ELF header, room for `kMaxSegments` program headers, then what is added.
class ElfFile {
  public:
    static constexpr std::size_t kMaxSegments = 4;
    static constexpr std::uint64_t kBodyStart = sizeof(Elf64_Ehdr) + kMaxSegments * sizeof(Elf64_Phdr);

    explicit ElfFile(std::uint16_t type = ET_EXEC, std::uint16_t machine = EM_X86_64) : bytes(kBodyStart) {
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_ident[EI_VERSION] = EV_CURRENT;
        header.e_type = type;
        header.e_machine = machine;
        header.e_version = EV_CURRENT;
        header.e_ehsize = sizeof(Elf64_Ehdr);
        header.e_phoff = sizeof(Elf64_Ehdr);
        header.e_phentsize = sizeof(Elf64_Phdr);
        header.e_shentsize = sizeof(Elf64_Shdr);
    }

    /// Appends bytes to the file and gives their offset.
    std::uint64_t append(const void* data, std::size_t size) {
        const std::uint64_t offset = bytes.size();
        const auto* begin = static_cast<const std::uint8_t*>(data);
        bytes.insert(bytes.end(), begin, begin + size);
        return offset;
    }
    template <class T>
    std::uint64_t append(const std::vector<T>& items) {
        return append(items.data(), items.size() * sizeof(T));
    }

    /// A segment with the given contents at `paddr`, and the same virtual address unless one is given.
    Elf64_Phdr& load(std::uint64_t paddr, const ElfBytes& data, std::uint64_t memsz) {
        Elf64_Phdr segment{};
        segment.p_type = PT_LOAD;
        segment.p_flags = PF_R | PF_X;
        segment.p_offset = append(data);
        segment.p_vaddr = segment.p_paddr = paddr;
        segment.p_filesz = data.size();
        segment.p_memsz = memsz;
        segments.push_back(segment);
        return segments.back();
    }
    void dynamic(const std::vector<Elf64_Dyn>& entries) {
        Elf64_Phdr segment{};
        segment.p_type = PT_DYNAMIC;
        segment.p_offset = append(entries);
        segment.p_filesz = segment.p_memsz = entries.size() * sizeof(Elf64_Dyn);
        segments.push_back(segment);
    }
    /// The null section, a string table and a symbol table.
    void symbols(const std::vector<std::pair<std::string, Elf64_Sym>>& named) {
        std::string names(1, '\0');
        std::vector<Elf64_Sym> table(1);
        for (auto [name, symbol] : named) {
            symbol.st_name = static_cast<Elf64_Word>(names.size());
            names += name + '\0';
            table.push_back(symbol);
        }
        std::vector<Elf64_Shdr> sections(3);
        sections[1].sh_type = SHT_STRTAB;
        sections[1].sh_size = names.size();
        sections[1].sh_offset = append(names.data(), names.size());
        sections[2].sh_type = SHT_SYMTAB;
        sections[2].sh_link = 1;
        sections[2].sh_entsize = sizeof(Elf64_Sym);
        sections[2].sh_size = table.size() * sizeof(Elf64_Sym);
        bytes.resize((bytes.size() + 7) / 8 * 8);
        sections[2].sh_offset = append(table);
        header.e_shnum = 3;
        header.e_shoff = append(sections);
    }

    ElfBytes finish() {
        header.e_phnum = static_cast<Elf64_Half>(segments.size());
        std::memcpy(bytes.data(), &header, sizeof header);
        std::memcpy(bytes.data() + sizeof header, segments.data(), segments.size() * sizeof(Elf64_Phdr));
        return bytes;
    }

    Elf64_Ehdr header{};
    std::vector<Elf64_Phdr> segments;
    ElfBytes bytes;
};

inline Elf64_Sym elf_symbol(std::uint64_t value, unsigned binding = STB_GLOBAL, std::uint16_t section = 1) {
    Elf64_Sym symbol{};
    symbol.st_value = value;
    symbol.st_shndx = section;
    symbol.st_info = static_cast<unsigned char>(ELF64_ST_INFO(binding, STT_NOTYPE));
    return symbol;
}

}  // namespace igvm::test
