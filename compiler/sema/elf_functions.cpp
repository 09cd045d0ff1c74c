#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "inputs/elf.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

using Number = std::optional<std::uint64_t>;

/// What of a file the headers may take, beside the dynamic section.
constexpr std::uint64_t kMaxHeaderBytes = 4 * 1024 * 1024;
constexpr std::size_t kMaxSymbolName = 4096;
constexpr std::uint64_t kSymbolBytes = 24;

Value fail(Call& call, const InputError& error) { return call.fail_input(0, error, "ELF file"); }

Value number(std::uint64_t value) { return {value, {}}; }

/// A file and the value that keeps its bytes.
struct Opened {
    model::Blob blob;
    elf::File file;
};

std::optional<Opened> open(Call& call) {
    auto blob = call.bytes(0);
    if (!blob || !call.take_reading(std::min<std::uint64_t>(blob->bytes.size(), kMaxHeaderBytes)))
        return std::nullopt;
    auto file = elf::File::open(blob->bytes);
    if (!file) fail(call, file.error());
    if (!file || !call.take_reading(file->dynamic_size())) return std::nullopt;
    return Opened{*std::move(blob), *std::move(file)};
}

/// How far the image is from where it was linked, modulo 2^64, as the arguments from `at` on say it; `absent`
/// when they do not.
template <class Absent>
Number shift(Call& call, const elf::File& file, std::size_t at, Absent absent) {
    const std::size_t bias = at + 1;
    if (call.has(at) && call.has(bias)) {
        call.fail(bias, Code::kWrongArgument, "'at' and 'bias' both say where the image is",
                  "keep one of them");
        return std::nullopt;
    }
    if (!call.has(at) && !call.has(bias)) return absent();
    const std::size_t given = call.has(at) ? at : bias;
    const Number value = call.integer(given);
    if (value && *value % kPageSize != 0) {
        call.fail(given, Code::kAlignment, fmt::format("{:#x} is not a multiple of 4K", *value));
        return std::nullopt;
    }
    if (!value) return value;
    const std::uint64_t moved = given == at ? *value - file.base() : *value;
    if (moved == 0 || file.is_position_independent()) return moved;
    call.fail(
        given, Code::kWrongArgument,
        fmt::format("the file is linked to fixed addresses from {:#x} on: it cannot be moved", file.base()),
        "link it as a position-independent executable (-static-pie)");
    return std::nullopt;
}

Number load_shift(Call& call, const elf::File& file) {
    return shift(call, file, 1, [&]() -> Number {
        if (!file.has_relocations()) return 0;
        const Number address = call.address();
        return address ? std::optional(*address - file.base()) : std::nullopt;
    });
}

Value load(Call& call) {
    const auto elf = open(call);
    if (!elf) return {};
    const Number moved = load_shift(call, elf->file);
    if (!moved || !call.take_reading(elf->file.bytes().size())) return {};
    auto image = call.buffer(elf->file.size());
    if (!image) return {};
    if (const auto done = elf->file.load(*image, *moved); !done) return fail(call, done.error());
    return Call::result(*std::move(image));
}

Number load_size(Call& call) {
    const auto elf = open(call);
    return elf ? std::optional(elf->file.size()) : std::nullopt;
}

Number load_entry(Call& call) {
    const auto elf = open(call);
    if (!elf) return std::nullopt;
    const auto entry = elf->file.entry_gpa();
    if (entry) return *entry - elf->file.base();
    fail(call, entry.error());
    return std::nullopt;
}

/// `linked` as the file says it when the call does not say where the image is, else `gpa` moved there.
Value moved_address(Call& call, const elf::File& file, std::size_t at, std::uint64_t linked,
                    const InputResult<std::uint64_t>& gpa) {
    if (!call.has(at) && !call.has(at + 1)) return number(linked);
    const Number moved = shift(call, file, at, [] { return Number(0); });
    if (!moved) return {};
    return gpa ? number(*gpa + *moved) : fail(call, gpa.error());
}

Value entry(Call& call) {
    const auto elf = open(call);
    if (!elf) return {};
    return moved_address(call, elf->file, 1, elf->file.entry(), elf->file.entry_gpa());
}

Value symbol(Call& call) {
    const auto elf = open(call);
    const auto name = call.text(1);
    if (!elf || !name) return {};
    if (name->size() > kMaxSymbolName)
        return call.fail(1, Code::kWrongArgument,
                         fmt::format("the name has {} bytes, more than {}", name->size(), kMaxSymbolName));
    const std::uint64_t size = elf->file.bytes().size();
    if (!call.take_reading(size + size / kSymbolBytes * name->size())) return {};
    const auto value = elf->file.symbol(*name);
    if (!value) return call.fail(1, value.error().code, value.error().detail, value.error().help);
    return moved_address(call, elf->file, 2, *value, elf->file.gpa_of(*value));
}

Value record(const Opened& elf, const elf::Segment& segment) {
    return make_record({{"gpa", number(segment.gpa)},
                        {"vaddr", number(segment.vaddr)},
                        {"offset", number(segment.offset)},
                        {"filesz", number(segment.filesz)},
                        {"memsz", number(segment.memsz)},
                        {"flags", number(segment.flags)},
                        {"data", {model::Blob{elf.blob.owner, elf.file.data(segment)}, {}}}});
}

Value segment(Call& call) {
    const auto elf = open(call);
    const Number index = call.integer(1);
    if (!elf || !index) return {};
    const auto& segments = elf->file.segments();
    if (*index >= segments.size())
        return call.fail(1, Code::kOutOfRange,
                         fmt::format("there is no segment {} among {}", *index, segments.size()));
    return record(*elf, segments[static_cast<std::size_t>(*index)]);
}

Value segments(Call& call) {
    const auto elf = open(call);
    if (!elf) return {};
    constexpr std::size_t kMembers = 7;
    const auto& found = elf->file.segments();
    if (!call.take_memory(found.size() * (sizeof(Value) + kMembers * sizeof(Member)))) return {};
    List list;
    for (const elf::Segment& segment : found) list.push_back(record(*elf, segment));
    return {std::move(list), {}};
}

Value symbols(Call& call) {
    const auto elf = open(call);
    if (!elf || !call.take_reading(elf->file.bytes().size())) return {};
    constexpr std::size_t kMembers = 3;
    List list;
    bool fits = true;
    elf->file.each_symbol([&](const elf::Symbol& symbol) {
        fits = call.take_memory(symbol.name.size() + sizeof(Value) + kMembers * sizeof(Member));
        if (fits)
            list.push_back(make_record({{"name", {std::string(symbol.name), {}}},
                                        {"value", number(symbol.value)},
                                        {"size", number(symbol.size)}}));
        return fits;
    });
    return fits ? Value{std::move(list), {}} : Value{};
}

Value segment_count(Call& call) {
    const auto elf = open(call);
    return elf ? number(elf->file.segments().size()) : Value{};
}

constexpr Parameter kFile = {"file"};
constexpr Parameter kAt = {"at", true};
constexpr Parameter kBias = {"bias", true};

constexpr auto kFunctions = std::to_array<Function>({
    {"elf.load",
     {kFile, kAt, kBias},
     false,
     "bytes",
     load,
     load_size,
     "the memory image of an ELF file, from the page of its lowest segment on; relocated for `at`, for "
     "the link address plus `bias`, or for the address of the region whose data it is; a file that is linked "
     "to fixed addresses is laid out as it is, wherever the region lies",
     load_entry},
    {"elf.entry",
     {kFile, kAt, kBias},
     false,
     "integer",
     entry,
     nullptr,
     "the entry address as the file says it, or in the image loaded at `at` (or moved by `bias`)"},
    {"elf.symbol",
     {kFile, {"name"}, kAt, kBias},
     false,
     "integer",
     symbol,
     nullptr,
     "the value of a symbol, or its address in the image loaded at `at` (or moved by `bias`)"},
    {"elf.segment",
     {kFile, {"index"}},
     false,
     "record",
     segment,
     nullptr,
     "a segment that is loaded: gpa, vaddr, offset, filesz, memsz, flags (1 execute, 2 write, 4 read) and "
     "data"},
    {"elf.segments",
     {kFile},
     false,
     "list",
     segments,
     nullptr,
     "the segments that are loaded, in file order: records as elf.segment gives them"},
    {"elf.symbols",
     {kFile},
     false,
     "list",
     symbols,
     nullptr,
     "the defined symbols of .symtab, else of .dynsym, in file order: records of name, value (as the file "
     "says it) and size; without those of sections and source files"},
    {"elf.segment_count",
     {kFile},
     false,
     "integer",
     segment_count,
     nullptr,
     "the number of segments that are loaded"},
});

}  // namespace

std::span<const Function> elf_functions() { return kFunctions; }

}  // namespace igvm::spec
