// Any bytes as an ELF file: its layout, entry, symbols and relocated image.
#include <cstdlib>

#include "inputs/elf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::uint64_t kMaxImage = 1 << 20, kMaxNames = 1 << 20;
    const auto file = igvm::spec::elf::File::open({data, size});
    if (!file) return 0;
    for (const auto& segment : file->segments())
        if (segment.gpa < file->base() || segment.gpa + segment.memsz > file->base() + file->size())
            std::abort();
    (void)file->entry_gpa();
    if (const auto symbol = file->symbol("start")) (void)file->gpa_of(*symbol);
    std::uint64_t read = 0;
    file->each_symbol([&](const auto& symbol) { return (read += symbol.name.size()) < kMaxNames; });
    if (file->size() > kMaxImage) return 0;
    std::vector<std::uint8_t> image(static_cast<std::size_t>(file->size()));
    (void)file->load(image, 0x7000);
    return 0;
}
