#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "inputs/linux.hpp"
#include "sema/functions.hpp"
#include "sema/page_kinds.hpp"

namespace igvm::spec {
namespace {

using Size = std::optional<std::uint64_t>;
using linux_x86::BootParams;
using linux_x86::E820Entry;
using linux_x86::Kernel;

Value number(std::uint64_t value) { return {value, {}}; }

linux_x86::Range range(const Call::Extent& extent) { return {extent.address, extent.size}; }

/// The kernel in the first argument and its bytes.
struct Opened {
    model::Blob blob;
    Kernel kernel;
};

std::optional<Opened> open(Call& call) {
    auto blob = call.bytes(0);
    if (!blob) return std::nullopt;
    auto kernel = Kernel::open(blob->bytes);
    if (kernel) return Opened{*std::move(blob), *std::move(kernel)};
    call.fail_input(0, kernel.error(), "kernel");
    return std::nullopt;
}

Value setup(Call& call) {
    const auto opened = open(call);
    if (!opened) return {};
    std::vector<Member> fields;
    for (const auto& member : opened->kernel.members())
        fields.push_back({member.name, number(opened->kernel.get(member))});
    if (!call.take_memory(fields.size() * sizeof(Member))) return {};
    return make_record(std::move(fields));
}

Value payload(Call& call) {
    auto opened = open(call);
    if (!opened) return {};
    return {model::Blob{std::move(opened->blob.owner), opened->kernel.payload()}, {}};
}

Size payload_size(Call& call) {
    const auto opened = open(call);
    return opened ? Size(opened->kernel.payload().size()) : std::nullopt;
}

Size payload_entry(Call& call) {
    const auto opened = open(call);
    if (!opened) return std::nullopt;
    const auto entry = opened->kernel.entry64();
    if (entry) return *entry;
    call.fail_input(0, entry.error(), "kernel");
    return std::nullopt;
}

Value entry64(Call& call) {
    const auto entry = payload_entry(call);
    return entry ? number(*entry) : Value{};
}

/// In the order of the function's parameters.
enum Argument : std::size_t {
    kKernel,
    kCmdline,
    kCmdlineSize,
    kInitrd,
    kRam,
    kE820,
    kCcBlob,
    kRsdp,
    kSetupData,
    kAt
};

/// The length of the text in the region that a value names; nothing when it is not known, or after an error.
/// The contents are looked at only where the region has more than `enough` bytes.
std::optional<std::uint64_t> text_length(Call& call, const Value& region, std::uint64_t enough) {
    if (call.page_kind(region) != PageDataType::kNormal) return std::nullopt;
    const auto filled = call.filled_extent(region, call.what(kCmdline));
    if (!filled || filled->size <= enough) return std::nullopt;
    const auto contents = call.contents(region);
    if (!contents) return std::nullopt;
    return static_cast<std::uint64_t>(std::ranges::find(contents->bytes, 0) - contents->bytes.begin());
}

bool command_line_fits(Call& call, const Kernel& kernel, const Value& region) {
    const auto length = text_length(call, region, kernel.get("cmdline_size"));
    if (!length) return true;
    const auto size = static_cast<std::uint32_t>(std::min<std::uint64_t>(*length, UINT32_MAX));
    const auto fits = linux_x86::check_command_line(kernel, size);
    if (!fits) call.fail_input(kCmdline, fits.error(), "kernel");
    return fits.has_value();
}

bool take_command_line(Call& call, const Kernel& kernel, BootParams& params) {
    if (call.has(kCmdline)) {
        const Value line = call.value(kCmdline);
        params.command_line = call.address_of(kCmdline, line, UINT64_MAX);
        if (!params.command_line || !command_line_fits(call, kernel, line)) return false;
    }
    if (!call.has(kCmdlineSize)) return true;
    const auto size = call.integer(kCmdlineSize, UINT32_MAX);
    if (!size) return false;
    params.command_line_size = static_cast<std::uint32_t>(*size);
    const auto fits = linux_x86::check_command_line(kernel, *params.command_line_size);
    if (!fits) call.fail_input(kCmdlineSize, fits.error(), "kernel");
    return fits.has_value();
}

bool take_initrd(Call& call, const Kernel& kernel, BootParams& params) {
    if (!call.has(kInitrd)) return true;
    const auto extent = call.filled_extent(call.value(kInitrd), call.what(kInitrd));
    if (!extent) return false;
    params.initrd = range(*extent);
    const auto fits = linux_x86::check_initrd(kernel, *params.initrd);
    if (!fits) call.fail_input(kInitrd, fits.error(), "kernel");
    return fits.has_value();
}

/// One element of the list, [address, size] or [address, size, type].
std::optional<E820Entry> e820_entry(const Value& value) {
    const auto* list = std::get_if<List>(&value.data);
    if (list == nullptr || list->size() > 3) return std::nullopt;
    const auto numbers = integers(value);
    if (numbers.size() != 2 && numbers.size() != 3) return std::nullopt;
    if (numbers[1] > UINT64_MAX - numbers[0]) return std::nullopt;
    E820Entry entry{{numbers[0], numbers[1]}};
    if (numbers.size() == 3) {
        if (numbers[2] > UINT32_MAX) return std::nullopt;
        entry.type = static_cast<std::uint32_t>(numbers[2]);
    }
    return entry;
}

bool entries_are_apart(Call& call, std::vector<E820Entry> entries) {
    std::erase_if(entries, [](const E820Entry& entry) { return entry.range.size == 0; });
    const auto address = [](const E820Entry& entry) { return entry.range.address; };
    std::ranges::sort(entries, {}, address);
    const auto meets = [](const E820Entry& a, const E820Entry& b) {
        return b.range.address - a.range.address < a.range.size;
    };
    const auto first = std::ranges::adjacent_find(entries, meets);
    if (first == entries.end()) return true;
    call.fail(kE820, Code::kWrongArgument,
              fmt::format("two entries of the memory map hold the address {:#x}", address(*std::next(first))),
              "give each address one type");
    return false;
}

bool take_e820_list(Call& call, BootParams& params) {
    const Value value = call.value(kE820);
    if (value.poisoned()) return false;
    const auto* list = std::get_if<List>(&value.data);
    bool good = list != nullptr && list->size() <= linux_x86::kMaxE820Entries;
    for (std::size_t i = 0; good && i < list->size(); ++i) {
        const auto entry = e820_entry((*list)[i]);
        good = entry.has_value();
        if (good) params.e820.push_back(*entry);
    }
    if (good) return entries_are_apart(call, params.e820);
    call.fail(
        kE820, Code::kWrongArgument,
        fmt::format("the memory map is a list of at most {} entries [address, size] or [address, size, type]",
                    linux_x86::kMaxE820Entries));
    return false;
}

bool take_memory_map(Call& call, BootParams& params) {
    if (call.has(kRam) && call.has(kE820)) {
        call.fail(kE820, Code::kWrongArgument, "'ram' and 'e820' both give the memory map",
                  "keep one of them");
        return false;
    }
    if (call.has(kE820)) return take_e820_list(call, params);
    if (!call.has(kRam)) return true;
    const auto ram = call.integer(kRam);
    if (ram) params.e820 = linux_x86::ram_map(*ram);
    return ram.has_value();
}

bool take_pointers(Call& call, BootParams& params) {
    if (call.has(kRsdp) && !(params.acpi_rsdp = call.address_of(kRsdp))) return false;
    if (call.has(kSetupData) && !(params.setup_data = call.address_of(kSetupData))) return false;
    if (!call.has(kCcBlob)) return true;
    const auto blob = call.address_of(kCcBlob, UINT32_MAX);
    const auto page = !blob ? std::nullopt : call.has(kAt) ? call.address_of(kAt) : call.address();
    if (!page) return false;
    params.cc_blob = static_cast<std::uint32_t>(*blob);
    params.address = *page;
    return true;
}

Value boot_params(Call& call) {
    const auto opened = open(call);
    BootParams params;
    if (!opened || !take_command_line(call, opened->kernel, params) ||
        !take_initrd(call, opened->kernel, params) || !take_memory_map(call, params) ||
        !take_pointers(call, params))
        return {};
    auto page = call.buffer(linux_x86::kBootParamsSize);
    if (!page) return {};
    linux_x86::write_boot_params(opened->kernel, params, *page);
    return Call::result(*std::move(page));
}

/// Where one of the two pages is; nothing after an error, also for a page of the other kind.
std::optional<Call::Extent> page_extent(Call& call, std::size_t index, PageDataType wanted) {
    const Value page = call.value(index);
    const auto kind = call.page_kind(page).value_or(wanted);
    if (kind == wanted || kind == PageDataType::kNormal) return call.extent(page, call.what(index));
    call.fail(index, Code::kWrongArgument,
              fmt::format("{} is a region of kind {}, not {}", call.what(index), page_kind_name(kind),
                          page_kind_name(wanted)),
              "the secrets page comes first, then the CPUID page");
    return std::nullopt;
}

Value cc_blob(Call& call) {
    const auto secrets = page_extent(call, 0, PageDataType::kSecrets);
    const auto cpuid = secrets ? page_extent(call, 1, PageDataType::kCpuid) : std::nullopt;
    if (!cpuid) return {};
    for (const std::size_t i : {0u, 1u})
        if ((i == 0 ? secrets : cpuid)->size > UINT32_MAX)
            return call.fail(i, Code::kNarrowing, "the size of the page does not fit in 32 bits");
    return Call::result(linux_x86::cc_blob(range(*secrets), range(*cpuid)));
}

template <std::uint64_t kBytes>
Size fixed(Call&) {
    return kBytes;
}

/// An arm64 Image and its header; nothing after an error.
struct OpenedImage {
    model::Blob file;
    linux_arm64::Image header;

    std::uint64_t size() const { return std::max<std::uint64_t>(header.image_size, file.bytes.size()); }
};

std::optional<OpenedImage> open_image(Call& call) {
    auto file = call.bytes(0);
    if (!file) return std::nullopt;
    const auto header = linux_arm64::read_image(file->bytes);
    if (header) return OpenedImage{*std::move(file), *header};
    call.fail_input(0, header.error(), "kernel");
    return std::nullopt;
}

Value arm64_image(Call& call) {
    const auto image = open_image(call);
    if (!image) return {};
    return make_record({{"text_offset", number(image->header.text_offset)},
                        {"image_size", number(image->header.image_size)},
                        {"flags", number(image->header.flags)},
                        {"entry", number(0)}});
}

Size arm64_size(Call& call) {
    const auto image = open_image(call);
    return image ? Size(image->size()) : std::nullopt;
}

Value arm64_load(Call& call) {
    const auto image = open_image(call);
    auto out = image ? call.buffer(image->size()) : std::nullopt;
    if (!out) return {};
    std::ranges::copy(image->file.bytes, out->begin());
    return Call::result(*std::move(out));
}

Size arm64_entry(Call&) { return 0; }

constexpr Parameter kFile = {"kernel"};
constexpr Parameter kSecrets = {"secrets"};

constexpr auto kFunctions = std::to_array<Function>({
    {"linux.setup",
     {kFile},
     false,
     "record",
     setup,
     nullptr,
     "the setup header of a bzImage, its members by the names of the boot protocol"},
    {"linux.payload",
     {kFile},
     false,
     "bytes",
     payload,
     payload_size,
     "the protected-mode kernel of a bzImage: the file behind its setup sectors",
     payload_entry},
    {"linux.entry64",
     {kFile},
     false,
     "integer",
     entry64,
     nullptr,
     "the offset of the 64-bit entry in the payload"},
    {"linux.boot_params",
     {kFile,
      {"cmdline", true},
      {"cmdline_size", true},
      {"initrd", true},
      {"ram", true},
      {"e820", true},
      {"cc_blob", true},
      {"acpi_rsdp", true},
      {"setup_data", true},
      {"at", true}},
     false,
     "bytes",
     boot_params,
     fixed<linux_x86::kBootParamsSize>,
     "the zero page: the setup header and what the loader adds. cmdline, cc_blob, acpi_rsdp and "
     "setup_data are addresses or blocks, initrd is a block or [address, size]. The memory map is `ram` "
     "bytes from 0, or the `e820` list of up to 128 entries [address, size] or [address, size, type] that "
     "do not overlap: type 1 RAM (the default), 2 reserved, 3 ACPI tables, 4 ACPI NVS, 5 unusable, 7 "
     "persistent; kernels may ignore a map of a single entry. cmdline_size replaces the kernel's greatest "
     "length of a command line. cc_blob needs the address of the page, which is `at`, or where the region "
     "is"},
    {"linux.cc_blob",
     {kSecrets, {"cpuid"}},
     false,
     "bytes",
     cc_blob,
     fixed<40>,
     "what tells an SEV-SNP guest where its secrets and CPUID pages are, each a block or [address, size]"},
    {"arm64.image",
     {kFile},
     false,
     "record",
     arm64_image,
     nullptr,
     "the header of an arm64 Image: text_offset, image_size, flags, and entry, the offset of its first "
     "instruction"},
    {"arm64.load",
     {kFile},
     false,
     "bytes",
     arm64_load,
     arm64_size,
     "an arm64 Image and zeros up to its image_size",
     arm64_entry},
});

}  // namespace

std::span<const Function> linux_functions() { return kFunctions; }

}  // namespace igvm::spec
