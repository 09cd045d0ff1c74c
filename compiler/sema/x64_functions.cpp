// What x86-64 guests start with: descriptor tables, the CPUID page.
#include <array>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generate/cpuid_page.hpp"
#include "generate/gdt.hpp"
#include "generate/tdx_trampoline.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

using Words = std::vector<std::uint64_t>;

constexpr std::uint64_t kDescriptorSize = 8;
constexpr std::uint64_t kTssDescriptorSize = 16;

Value bytes_of_words(Call& call, const Words& words) {
    auto out = call.buffer(words.size() * sizeof(U64));
    if (!out) return {};
    for (std::size_t i = 0; i < words.size(); ++i) {
        const U64 word(words[i]);
        std::memcpy(out->data() + i * sizeof word, &word, sizeof word);
    }
    return Call::result(*std::move(out));
}

Value flat_gdt(Call& call) { return bytes_of_words(call, generate::flat_gdt()); }

std::optional<std::uint64_t> flat_gdt_size(Call&) { return generate::flat_gdt().size() * kDescriptorSize; }

/// "a, b, c" of a table with names.
template <class Rows>
std::string names_of(const Rows& rows) {
    std::vector<std::string_view> names;
    for (const auto& row : rows) names.push_back(row.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

/// ["tss", base, limit]
std::optional<Words> read_tss(Call& call, const Value& element, const List& fields) {
    constexpr std::uint64_t kLargestLimit = 0xFFFFF;
    const auto* kind = fields.empty() ? nullptr : std::get_if<std::string>(&fields[0].data);
    if (fields.size() != 3 || kind == nullptr || *kind != "tss") {
        call.fail(element, Code::kWrongArgument, "a list among descriptors is [\"tss\", base, limit]");
        return std::nullopt;
    }
    const auto base = call.integer(fields[1], "the base of a task state segment");
    const auto limit = call.integer(fields[2], "the limit of a task state segment", kLargestLimit);
    if (!base || !limit) return std::nullopt;
    const auto words = generate::tss_descriptor(*base, static_cast<std::uint32_t>(*limit));
    return Words(words.begin(), words.end());
}

std::optional<Words> read_descriptor(Call& call, const Value& element) {
    if (const auto* fields = std::get_if<List>(&element.data)) return read_tss(call, element, *fields);
    if (const auto* raw = std::get_if<std::uint64_t>(&element.data)) return Words{*raw};
    const auto name = call.text(element, "a descriptor");
    if (!name) return std::nullopt;
    if (const auto value = generate::find_descriptor(*name)) return Words{*value};
    call.fail(element, Code::kWrongArgument, fmt::format("there is no descriptor '{}'", *name),
              fmt::format("a descriptor is one of {}, an integer, or [\"tss\", base, limit]",
                          names_of(generate::named_descriptors())));
    return std::nullopt;
}

Value gdt(Call& call) {
    const auto elements = call.list(0);
    if (!elements) return {};
    Words words;
    for (const Value& element : *elements) {
        const auto descriptor = read_descriptor(call, element);
        if (!descriptor) return {};
        words.insert(words.end(), descriptor->begin(), descriptor->end());
    }
    return bytes_of_words(call, words);
}

std::uint64_t descriptor_size(const Value& element) {
    return std::holds_alternative<List>(element.data) ? kTssDescriptorSize : kDescriptorSize;
}

/// The base of a task state segment may depend on where the table ends, so it is not evaluated here.
std::optional<std::uint64_t> gdt_size(Call& call) {
    std::uint64_t size = 0;
    if (const auto* written = call.elements(0)) {
        for (const ExprPtr& element : *written)
            size += element->kind == ExprKind::kList ? kTssDescriptorSize
                                                     : descriptor_size(call.evaluate(*element));
        return size;
    }
    const auto elements = call.list(0);
    if (!elements) return std::nullopt;
    for (const Value& element : *elements) size += descriptor_size(element);
    return size;
}

std::optional<std::uint32_t> read_leaf(Call& call, const Value& element) {
    const auto* name = std::get_if<std::string>(&element.data);
    if (name == nullptr) {
        const auto leaf = call.integer(element, "a CPUID leaf", UINT32_MAX);
        return leaf ? std::optional(static_cast<std::uint32_t>(*leaf)) : std::nullopt;
    }
    for (const generate::NamedLeaf& each : generate::named_leaves())
        if (each.name == *name) return each.leaf;
    call.fail(element, Code::kWrongArgument, fmt::format("there is no CPUID leaf '{}'", *name),
              fmt::format("a leaf is an integer or one of {}", names_of(generate::named_leaves())));
    return std::nullopt;
}

/// [leaf, subleaf], [leaf, subleaf, eax, ebx, ecx, edx] or [leaf, subleaf, xcr0, xss, eax, ebx, ecx, edx].
std::optional<generate::CpuidRow> read_cpuid_row(Call& call, const Value& element) {
    const auto fields = call.list(element, "a row of the CPUID page");
    if (!fields) return std::nullopt;
    if (fields->size() != 2 && fields->size() != 6 && fields->size() != 8) {
        call.fail(element, Code::kWrongArgument,
                  fmt::format("a row of the CPUID page has 2, 6 or 8 elements, not {}", fields->size()),
                  "a row is [leaf, subleaf, eax, ebx, ecx, edx]; xcr0 and xss may stand after subleaf");
        return std::nullopt;
    }
    const auto leaf = read_leaf(call, (*fields)[0]);
    bool good = leaf.has_value();
    std::size_t next = 1;
    const auto take = [&](std::uint64_t max) -> std::uint64_t {
        if (next >= fields->size()) return 0;
        const auto value = call.integer((*fields)[next++], "a value of the CPUID page", max);
        good = good && value;
        return value.value_or(0);
    };
    const auto take_half = [&] { return static_cast<std::uint32_t>(take(UINT32_MAX)); };
    generate::CpuidRow row{};
    row.leaf = leaf.value_or(0);
    row.subleaf = take_half();
    if (fields->size() == 8) {
        row.xcr0 = take(UINT64_MAX);
        row.xss = take(UINT64_MAX);
    }
    row.eax = take_half();
    row.ebx = take_half();
    row.ecx = take_half();
    row.edx = take_half();
    return good ? std::optional(row) : std::nullopt;
}

Value cpuid_page(Call& call) {
    const auto elements = call.list(0);
    if (!elements) return {};
    if (elements->size() > generate::kMaxCpuidRows)
        return call.fail(
            0, Code::kOutOfRange,
            fmt::format("the CPUID page has {} rows, not {}", generate::kMaxCpuidRows, elements->size()));
    std::vector<generate::CpuidRow> rows;
    for (const Value& element : *elements) {
        const auto row = read_cpuid_row(call, element);
        if (!row) return {};
        rows.push_back(*row);
    }
    auto out = call.buffer(sizeof(generate::CpuidPage));
    if (!out) return {};
    const auto page = generate::cpuid_page(rows);
    std::ranges::copy(igvm::bytes_of(page), out->begin());
    return Call::result(*std::move(out));
}

std::optional<std::uint64_t> page_size(Call&) { return kPageSize; }

enum TrampolineArgument : std::size_t { kEntry, kCr3, kGdt, kRsp, kRsi, kRdi, kCr4 };

/// The gdt of a trampoline, as its registers; nothing after an error.
bool read_gdt(Call& call, generate::TrampolineParameters& parameters) {
    constexpr std::uint64_t kLargestTable = 0x10000;
    if (!call.has(kGdt)) return true;
    const Value table = call.value(kGdt);
    if (table.poisoned()) return false;
    if (!std::holds_alternative<BlockRef>(table.data)) {
        call.fail(kGdt, Code::kTypeMismatch,
                  fmt::format("gdt is the name of a region, not {}", type_phrase(table)));
        return false;
    }
    const auto base = call.property(table, "at");
    const auto size = base ? call.property(table, "size") : std::nullopt;
    if (!size) return false;
    parameters.gdt_base = *base;
    parameters.gdt_limit = static_cast<std::uint16_t>(std::min(*size, kLargestTable) - 1);
    return true;
}

Value tdx_trampoline(Call& call) {
    generate::TrampolineParameters parameters{};
    bool good = read_gdt(call, parameters);
    const auto read = [&](std::size_t index, std::uint64_t max) -> std::uint64_t {
        const auto value = call.has(index) ? call.integer(index, max) : 0;
        good = good && value;
        return value.value_or(0);
    };
    parameters.entry = read(kEntry, UINT64_MAX);
    parameters.cr3 = read(kCr3, UINT32_MAX);
    parameters.rsp = read(kRsp, UINT64_MAX);
    parameters.rsi = read(kRsi, UINT64_MAX);
    parameters.rdi = read(kRdi, UINT64_MAX);
    parameters.cr4 = static_cast<std::uint32_t>(read(kCr4, UINT32_MAX));
    const auto at = good ? call.address() : std::nullopt;
    if (!at) return {};
    if (*at != generate::kTrampolineAddress)
        return call.fail(Code::kAddressRange, fmt::format("the trampoline cannot lie at {:#x}", *at),
                         "TDX guests start at 0xFFFF_FFF0: write at = 0xFFFF_F000");
    if (!call.take_memory(kPageSize)) return {};
    return Call::result(generate::tdx_trampoline(parameters));
}

constexpr auto kFunctions = std::to_array<Function>({
    {"x64.flat_gdt",
     {},
     false,
     "bytes",
     flat_gdt,
     flat_gdt_size,
     "the GDT that start = long_mode has loaded: null, code64 at 0x08, data at 0x10"},
    {"x64.gdt",
     {{{"descriptors"}}},
     false,
     "bytes",
     gdt,
     gdt_size,
     "a GDT of the descriptors of a list: \"null\", \"code64\", \"code32\", \"data\" (flat, ring 0), "
     "integers, and "
     "[\"tss\", base, limit], which takes two places"},
    {"x64.cpuid_page",
     {{{"rows"}}},
     false,
     "bytes",
     cpuid_page,
     page_size,
     "the SEV-SNP CPUID page of up to 64 rows [leaf, subleaf, eax, ebx, ecx, edx]; a row may end after "
     "subleaf, or "
     "have xcr0 and xss after it; a leaf is an integer or a name such as \"features\""},
    {"x64.tdx_trampoline",
     {{{"entry"}, {"cr3"}, {"gdt", true}, {"rsp", true}, {"rsi", true}, {"rdi", true}, {"cr4", true}}},
     false,
     "bytes",
     tdx_trampoline,
     page_size,
     "the page at 0xFFFF_F000 that takes a TDX guest from its reset vector to 64-bit code at `entry`, with "
     "these "
     "registers; gdt is a region with code64 at 0x08 and data at 0x10; cr4 has bits to set beside PAE; "
     "processors but "
     "the first wait for the ACPI wakeup mailbox at the begin of the page"},
});

}  // namespace

std::span<const Function> x64_functions() { return kFunctions; }

}  // namespace igvm::spec
