#include <gelf.h>

#include <algorithm>

#include <fmt/format.h>

#include "diagnose/suggest.hpp"
#include "inputs/elf.hpp"

namespace igvm::spec::elf {
namespace {

/// Symbols that are compared with a name that nothing has.
constexpr std::size_t kMaxSuggested = 4096;
constexpr std::size_t kMaxShown = 80;

struct SymbolTable {
    Elf_Data* symbols = nullptr;
    std::string_view names;

    /// At most `max` bytes of it.
    std::string_view name(const GElf_Sym& symbol, std::size_t max) const {
        if (symbol.st_name >= names.size()) return {};
        const std::string_view rest = names.substr(symbol.st_name, max);
        return rest.substr(0, rest.find('\0'));
    }
    bool is_called(const GElf_Sym& symbol, std::string_view wanted) const {
        if (symbol.st_name >= names.size()) return false;
        const std::string_view rest = names.substr(symbol.st_name);
        return rest.size() > wanted.size() && rest[wanted.size()] == '\0' && rest.starts_with(wanted);
    }
};

/// The first table of that kind.
std::optional<SymbolTable> find_table(Elf* elf, std::uint32_t type) {
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
        GElf_Shdr header{};
        if (gelf_getshdr(section, &header) == nullptr || header.sh_type != type) continue;
        SymbolTable table{elf_getdata(section, nullptr), {}};
        Elf_Scn* strings = elf_getscn(elf, header.sh_link);
        const Elf_Data* names = strings == nullptr ? nullptr : elf_rawdata(strings, nullptr);
        if (table.symbols == nullptr || names == nullptr || names->d_buf == nullptr) return std::nullopt;
        table.names = {static_cast<const char*>(names->d_buf), names->d_size};
        return table;
    }
    return std::nullopt;
}

template <class Visit>
void each_defined(const SymbolTable& table, Visit visit) {
    GElf_Sym symbol{};
    for (int i = 1; gelf_getsym(table.symbols, i, &symbol) != nullptr; ++i)
        if (symbol.st_shndx != SHN_UNDEF && !visit(symbol)) return;
}

struct Match {
    std::optional<std::uint64_t> global, local;
    bool ambiguous = false;
};

Match find(const SymbolTable& table, std::string_view name) {
    Match match;
    each_defined(table, [&](const GElf_Sym& symbol) {
        if (!table.is_called(symbol, name)) return true;
        if (GELF_ST_BIND(symbol.st_info) != STB_LOCAL) {
            match.global = symbol.st_value;
            return false;
        }
        match.ambiguous |= match.local && *match.local != symbol.st_value;
        match.local = symbol.st_value;
        return true;
    });
    return match;
}

std::string suggestion(const SymbolTable& table, std::string_view name) {
    std::vector<std::string_view> names;
    each_defined(table, [&](const GElf_Sym& symbol) {
        names.push_back(table.name(symbol, kMaxShown));
        return names.size() < kMaxSuggested;
    });
    const auto nearest = closest(name, names);
    return nearest ? fmt::format("did you mean '{}'?", *nearest) : std::string{};
}

bool stands_for_address(const GElf_Sym& symbol) {
    const auto type = GELF_ST_TYPE(symbol.st_info);
    return type != STT_SECTION && type != STT_FILE;
}

}  // namespace

void File::each_symbol(const std::function<bool(const Symbol&)>& visit) const {
    auto table = find_table(elf_.get(), SHT_SYMTAB);
    if (!table) table = find_table(elf_.get(), SHT_DYNSYM);
    if (!table) return;
    each_defined(*table, [&](const GElf_Sym& symbol) {
        if (!stands_for_address(symbol)) return true;
        const std::string_view name = table->name(symbol, std::string_view::npos);
        return name.empty() || visit({name, symbol.st_value, symbol.st_size});
    });
}

InputResult<std::uint64_t> File::symbol(std::string_view name) const {
    std::string nearest;
    for (const std::uint32_t type : {std::uint32_t{SHT_SYMTAB}, std::uint32_t{SHT_DYNSYM}}) {
        const auto table = find_table(elf_.get(), type);
        if (!table) continue;
        const Match match = find(*table, name);
        if (match.global) return *match.global;
        if (match.ambiguous)
            return input_error(Code::kSymbolMissing, 0,
                               fmt::format("several local symbols are called '{}'", name));
        if (match.local) return *match.local;
        if (nearest.empty()) nearest = suggestion(*table, name);
    }
    InputError missing{Code::kSymbolMissing, 0, fmt::format("the file defines no symbol '{}'", name),
                       nearest};
    return tl::unexpected(std::move(missing));
}

}  // namespace igvm::spec::elf
