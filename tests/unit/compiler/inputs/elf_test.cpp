#include "inputs/elf.hpp"

#include <gmock/gmock.h>

#include <tuple>

#include "elf_file.hpp"

namespace igvm::spec::elf {
namespace {

using test::elf_symbol;
using test::ElfBytes;
using test::ElfFile;
using testing::HasSubstr;

std::string refusal(const ElfBytes& bytes) {
    const auto file = File::open(bytes);
    return file ? "opened" : file.error().detail;
}

ElfBytes image_of(const ElfBytes& bytes, std::uint64_t shift = 0) {
    const auto file = File::open(bytes);
    if (!file) ADD_FAILURE() << file.error().detail;
    ElfBytes image(static_cast<std::size_t>(file->size()));
    const auto loaded = file->load(image, shift);
    EXPECT_TRUE(loaded) << loaded.error().detail;
    return image;
}

std::uint64_t word(const ElfBytes& image, std::uint64_t offset) { return *read<U64>(image, offset); }

TEST(Elf, LaysSegmentsOutByPhysicalAddressWithZerosBetween) {
    ElfFile elf;
    elf.load(0x203000, {7, 8}, 0x10);
    elf.load(0x201010, {1, 2, 3}, 0x20).p_vaddr = 0xffffffff80001010;
    elf.header.e_entry = 0xffffffff80001011;
    const auto bytes = elf.finish();
    const auto file = File::open(bytes);
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_EQ(file->base(), 0x201000u);
    EXPECT_EQ(file->size(), 0x3000u);
    EXPECT_EQ(file->entry(), 0xffffffff80001011u);
    EXPECT_EQ(file->entry_gpa(), 0x201011u);
    EXPECT_FALSE(file->has_relocations());
    EXPECT_EQ(file->segments()[0].gpa, 0x203000u);
    EXPECT_THAT(file->data(file->segments()[1]), testing::ElementsAre(1, 2, 3));
    ElfBytes expected(0x3000);
    expected[0x10] = 1, expected[0x11] = 2, expected[0x12] = 3, expected[0x2000] = 7, expected[0x2001] = 8;
    EXPECT_EQ(image_of(bytes), expected);
}

TEST(Elf, KeepsAnEntryThatIsAPhysicalAddressAlready) {
    ElfFile elf;
    elf.load(0x1000000, {1}, 0x1000).p_vaddr = 0xffffffff81000000;
    elf.header.e_entry = 0x1000000;
    EXPECT_EQ(File::open(elf.finish())->entry_gpa(), 0x1000000u);
    elf.header.e_entry = 0x999;
    const auto bytes = elf.finish();
    EXPECT_EQ(File::open(bytes)->entry_gpa().error().detail, "the entry 0x999 lies in no segment");
    EXPECT_EQ(File::open(bytes)->entry_gpa().error().offset, 24u);
}

/// A position-independent file of one segment at 0x1000 that holds `words` and then the tables.
struct Pie {
    ElfFile elf;
    std::vector<Elf64_Dyn> tags;

    explicit Pie(std::uint16_t machine = EM_X86_64) : elf(ET_DYN, machine) {}
    static std::int64_t tag(unsigned value) { return static_cast<std::int64_t>(value); }
    ElfBytes finish(std::vector<std::uint64_t> words, const std::vector<Elf64_Rela>& rela,
                    const std::vector<std::uint64_t>& relr = {}) {
        const std::uint64_t rela_at = 0x1000 + words.size() * 8;
        const std::uint64_t relr_at = rela_at + rela.size() * sizeof(Elf64_Rela);
        for (const Elf64_Rela& entry : rela)
            words.insert(words.end(),
                         {entry.r_offset, entry.r_info, static_cast<std::uint64_t>(entry.r_addend)});
        words.insert(words.end(), relr.begin(), relr.end());
        ElfBytes data(words.size() * 8);
        std::memcpy(data.data(), words.data(), data.size());
        elf.load(0x1000, data, data.size() + 0x10);
        if (!rela.empty()) tags.insert(tags.end(), {{DT_RELA, {rela_at}}, {DT_RELASZ, {rela.size() * 24}}});
        if (!relr.empty()) tags.insert(tags.end(), {{36, {relr_at}}, {35, {relr.size() * 8}}});
        elf.dynamic(tags);
        return elf.finish();
    }
};

TEST(Elf, AddsTheShiftToTheAddendsOfRelativeRelocations) {
    for (const auto& [machine, relative] : {std::pair(EM_X86_64, 8), std::pair(EM_AARCH64, 1027)}) {
        const auto type = static_cast<std::uint64_t>(relative);
        const auto bytes =
            Pie(static_cast<std::uint16_t>(machine))
                .finish({1, 2, 3}, {{0x1008, type, 0x1234}, {0x1000, 0, 5}, {0x1010, type, -16}});
        EXPECT_TRUE(File::open(bytes)->has_relocations());
        const auto image = image_of(bytes, 0x100000);
        EXPECT_EQ(word(image, 0), 1u);
        EXPECT_EQ(word(image, 8), 0x101234u);
        EXPECT_EQ(word(image, 16), 0xffff0u);
    }
}

TEST(Elf, AddsTheShiftToTheWordsOfPackedRelocations) {
    // Word 0 by its address; then of the 63 words that follow the first and the third.
    const auto image =
        image_of(Pie().finish({0x10, 0x20, 0x30, 0x40, 0x50}, {}, {0x1000, 0b1011, 0x1020}), 0x7000);
    EXPECT_EQ(word(image, 0), 0x7010u);
    EXPECT_EQ(word(image, 8), 0x7020u);
    EXPECT_EQ(word(image, 16), 0x30u);
    EXPECT_EQ(word(image, 24), 0x7040u);
    EXPECT_EQ(word(image, 32), 0x7050u);
}

TEST(Elf, RefusesRelocationsThatItCannotApply) {
    const auto error = [](const ElfBytes& bytes) {
        const auto file = File::open(bytes);
        if (!file) return file.error();
        ElfBytes image(static_cast<std::size_t>(file->size()));
        return file->load(image, 0).error();
    };
    const auto symbolic = error(Pie().finish({0}, {{0x1000, 8, 0}, {0x1000, (1ull << 32) | 6, 0}}));
    EXPECT_EQ(symbolic.detail,
              "relocation type 6 needs a dynamic loader: only R_X86_64_RELATIVE is supported");
    EXPECT_EQ(symbolic.offset, ElfFile::kBodyStart + 8 + 24);
    EXPECT_EQ(symbolic.code, Code::kInputUnsupported);
    EXPECT_EQ(error(Pie().finish({0}, {{0x1ff9, 8, 0}})).detail,
              "a relocation changes the word at 0x1ff9, outside 0x1000..0x2000");
    EXPECT_EQ(error(Pie().finish({0}, {{UINT64_MAX, 8, 0}})).code, Code::kInputMalformed);
    EXPECT_EQ(error(Pie().finish({0}, {}, {0xff8})).detail,
              "a relocation changes the word at 0xff8, outside 0x1000..0x2000");
    EXPECT_EQ(error(Pie().finish({0}, {}, {0x1ff8, 0b11})).code, Code::kInputMalformed);
    Pie outside;
    outside.tags = {{DT_RELA, {0x8000}}, {DT_RELASZ, {24}}};
    EXPECT_EQ(error(outside.finish({0}, {})).detail,
              "0x18 bytes of relocations at 0x8000 are in no segment of the file");
    Pie uneven;
    uneven.tags = {{DT_RELA, {0x1000}}, {DT_RELASZ, {23}}};
    EXPECT_EQ(error(uneven.finish({0}, {})).detail, "0x17 bytes of relocations are not a multiple of 24");
    Pie alone;
    alone.tags = {{DT_RELASZ, {24}}};
    EXPECT_THAT(error(alone.finish({0}, {})).detail, HasSubstr("without the other"));
    Pie sized;
    sized.tags = {{DT_RELA, {0x1000}}, {DT_RELASZ, {32}}, {DT_RELAENT, {32}}};
    EXPECT_THAT(error(sized.finish({0, 0, 0, 0}, {})).detail, HasSubstr("another size"));
    Pie without_addend;
    without_addend.tags = {{DT_REL, {0x1000}}};
    EXPECT_THAT(error(without_addend.finish({0}, {})).detail, HasSubstr("DT_REL"));
    Pie bindings;
    bindings.tags = {{DT_JMPREL, {0x1000}}, {DT_PLTRELSZ, {24}}};
    EXPECT_THAT(error(bindings.finish({0x1000, (1ull << 32) | 7, 0}, {})).detail, HasSubstr("type 7 needs"));
}

TEST(Elf, ListsTheSymbolsThatStandForAddresses) {
    ElfFile elf;
    elf.load(0x1000, {1}, 0x1000);
    Elf64_Sym file = elf_symbol(0, STB_LOCAL, SHN_ABS);
    file.st_info = ELF64_ST_INFO(STB_LOCAL, STT_FILE);
    Elf64_Sym sized = elf_symbol(0x1010, STB_LOCAL);
    sized.st_size = 32;
    elf.symbols({{"main.c", file},
                 {"", elf_symbol(0x1000)},
                 {"table", sized},
                 {"start", elf_symbol(0x1008)},
                 {"absent", elf_symbol(0, STB_GLOBAL, SHN_UNDEF)},
                 {"table", elf_symbol(0x1020, STB_LOCAL)}});
    const auto bytes = elf.finish();
    const auto opened = File::open(bytes);
    ASSERT_TRUE(opened) << opened.error().detail;
    using Found = std::tuple<std::string, std::uint64_t, std::uint64_t>;
    std::vector<Found> found;
    const auto add = [&](const Symbol& symbol) {
        found.emplace_back(symbol.name, symbol.value, symbol.size);
        return found.size() < 2;
    };
    opened->each_symbol(add);
    EXPECT_THAT(found, testing::ElementsAre(Found("table", 0x1010, 32), Found("start", 0x1008, 0)));
    opened->each_symbol(add);
    EXPECT_EQ(found.size(), 3u);
    EXPECT_EQ(found.back(), Found("table", 0x1010, 32));
}

TEST(Elf, FindsSymbols) {
    ElfFile elf;
    elf.load(0x1000, {1}, 0x100).p_vaddr = 0x80001000;
    elf.symbols({{"start", elf_symbol(0x80001010)},
                 {"other", elf_symbol(0x80001020, STB_LOCAL)},
                 {"start", elf_symbol(0x80001030, STB_LOCAL)},
                 {"twice", elf_symbol(1, STB_LOCAL)},
                 {"twice", elf_symbol(2, STB_LOCAL)},
                 {"absent", elf_symbol(0, STB_GLOBAL, SHN_UNDEF)}});
    const auto bytes = elf.finish();
    const auto file = File::open(bytes);
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_EQ(file->symbol("start"), 0x80001010u);
    EXPECT_EQ(file->symbol("other"), 0x80001020u);
    EXPECT_EQ(file->gpa_of(0x80001010), 0x1010u);
    EXPECT_EQ(file->gpa_of(0x80001100), 0x1100u) << "the end";
    EXPECT_FALSE(file->gpa_of(0x80001101));
    EXPECT_EQ(file->symbol("twice").error().detail, "several local symbols are called 'twice'");
    EXPECT_EQ(file->symbol("absent").error().detail, "the file defines no symbol 'absent'");
    EXPECT_EQ(file->symbol("strat").error().detail, "the file defines no symbol 'strat'");
    EXPECT_EQ(file->symbol("strat").error().help, "did you mean 'start'?");
    EXPECT_EQ(file->symbol("").error().code, Code::kSymbolMissing);
}

TEST(Elf, SaysWhatKindOfFileItCannotLoad) {
    const auto changed = [](auto change) {
        ElfFile elf;
        elf.load(0x1000, {1}, 1);
        change(elf);
        return refusal(elf.finish());
    };
    EXPECT_EQ(refusal({}), "this is not an ELF file: it does not begin with 7f 45 4c 46");
    EXPECT_EQ(refusal(ElfBytes(100)), "this is not an ELF file: it does not begin with 7f 45 4c 46");
    EXPECT_EQ(changed([](ElfFile&) {}), "opened");
    EXPECT_THAT(changed([](ElfFile& e) { e.header.e_ident[EI_CLASS] = ELFCLASS32; }), HasSubstr("64-bit"));
    EXPECT_THAT(changed([](ElfFile& e) { e.header.e_ident[EI_DATA] = ELFDATA2MSB; }),
                HasSubstr("little-endian"));
    EXPECT_EQ(changed([](ElfFile& e) { e.header.e_machine = EM_RISCV; }),
              "machine 243 is neither x86-64 (62) nor AArch64 (183)");
    EXPECT_THAT(changed([](ElfFile& e) { e.header.e_type = ET_REL; }), HasSubstr("type 1 is neither"));
    EXPECT_EQ(changed([](ElfFile& e) { e.header.e_phentsize = 55; }),
              "program headers have 55 bytes, not 56");
    EXPECT_EQ(changed([](ElfFile& e) { e.header.e_phoff = UINT64_MAX - 8; }),
              "1 program headers at byte 0xfffffffffffffff7 run past the end of the file");
    EXPECT_EQ(changed([](ElfFile& e) { e.header.e_shoff = 0x40, e.header.e_shnum = 60000; }),
              "60000 section headers at byte 0x40 run past the end of the file");
    EXPECT_EQ(changed([](ElfFile& e) { e.header.e_shoff = 0x40; }),
              "section headers that are counted elsewhere are not supported");
}

TEST(Elf, RefusesSegmentsThatCannotBe) {
    const auto changed = [](auto change) {
        ElfFile elf;
        elf.load(0x1000, {1, 2}, 0x2000);
        elf.load(0x3000, {3}, 0x10);
        change(elf.segments);
        return refusal(elf.finish());
    };
    using Segments = std::vector<Elf64_Phdr>;
    EXPECT_EQ(changed([](Segments&) {}), "opened");
    EXPECT_EQ(changed([](Segments& s) { s[1].p_offset = 0x1000; }),
              "segment 1 has 0x1 bytes at 0x1000, past the end of the file");
    EXPECT_THAT(changed([](Segments& s) { s[1].p_filesz = UINT64_MAX; }),
                HasSubstr("past the end of the file"));
    EXPECT_EQ(changed([](Segments& s) { s[0].p_memsz = 1; }),
              "segment 0 has 0x2 bytes in the file but 0x1 in memory");
    EXPECT_THAT(changed([](Segments& s) { s[0].p_memsz = UINT64_MAX; }), HasSubstr("wraps around"));
    EXPECT_THAT(changed([](Segments& s) { s[0].p_vaddr = UINT64_MAX; }), HasSubstr("wraps around"));
    EXPECT_THAT(changed([](Segments& s) { s[0].p_paddr = UINT64_MAX; }), HasSubstr("wraps around"));
    EXPECT_EQ(changed([](Segments& s) { s[0].p_memsz = 0x2001; }),
              "the segments at 0x1000 (of 0x2001 bytes) and at 0x3000 overlap");
    EXPECT_THAT(changed([](Segments& s) { s[1] = s[0]; }), HasSubstr("overlap"));
    EXPECT_THAT(changed([](Segments& s) { s[0].p_memsz = s[1].p_memsz = 0; }), HasSubstr("nothing to load"));
    EXPECT_THAT(changed([](Segments& s) { s.clear(); }), HasSubstr("nothing to load"));
}

TEST(Elf, MeasuresAGiantImageWithoutMakingIt) {
    ElfFile elf;
    elf.load(0x1000, {1}, std::uint64_t{1} << 60);
    EXPECT_EQ(File::open(elf.finish())->size(), std::uint64_t{1} << 60);
}

TEST(Elf, NeverReadsOutsideACutFile) {
    ElfFile elf;
    elf.load(0x1000, {1, 2, 3, 4}, 0x100);
    elf.symbols({{"start", elf_symbol(0x1000)}});
    const auto bytes = elf.finish();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const ElfBytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(File::open(cut)) << size;
    }
}

}  // namespace
}  // namespace igvm::spec::elf
