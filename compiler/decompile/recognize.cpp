#include "decompile/recognize.hpp"

#include <algorithm>

namespace igvm::spec::decompiler {
namespace {

using namespace std::literals;

/// Bytes that stand at a fixed place in data of one sort.
struct Mark {
    std::string_view name;
    std::int64_t offset;  ///< negative: from the end
    std::string_view bytes;
};

constexpr Mark kMarks[] = {
    // The footer of OVMF's table of GUIDs, 96b582de-1fb2-45f7-baea-a366c55a082d, ends 32 bytes before the
    // end.
    {"ovmf", -48, "\xDE\x82\xB5\x96\xB2\x1F\xF7\x45\xBA\xEA\xA3\x66\xC5\x5A\x08\x2D"sv},
    {"firmware_volume", 0x28, "_FVH"sv},
    {"elf", 0, "\x7F\x45LF"sv},
    {"linux_boot_params", 0x202, "HdrS"sv},
    {"linux_arm64", 0x38, "ARM\x64"sv},
    {"device_tree", 0, "\xD0\x0D\xFE\xED"sv},
    {"initrd", 0, "070701"sv},
    {"gzip", 0, "\x1F\x8B\x08"sv},
    {"xz", 0, "\xFD\x37zXZ\x00"sv},
    {"zstd", 0, "\x28\xB5\x2F\xFD"sv},
    {"acpi_rsdp", 0, "RSD PTR "sv},
    {"acpi_xsdt", 0, "XSDT"sv},
    {"acpi_fadt", 0, "FACP"sv},
    {"acpi_madt", 0, "APIC"sv},
    {"acpi_dsdt", 0, "DSDT"sv},
    {"acpi_srat", 0, "SRAT"sv},
    {"smbios", 0, "_SM3_"sv},
};

bool has(Bytes data, const Mark& mark) {
    const std::int64_t at =
        mark.offset >= 0 ? mark.offset : static_cast<std::int64_t>(data.size()) + mark.offset;
    if (at < 0) return false;
    const auto found = slice(data, static_cast<std::uint64_t>(at), mark.bytes.size());
    const auto same = [](std::uint8_t byte, char wanted) {
        return byte == static_cast<std::uint8_t>(wanted);
    };
    return found && std::ranges::equal(*found, mark.bytes, same);
}

/// Printable characters, at least four of them, then zeros alone.
bool is_text(Bytes data) {
    const auto printable = [](std::uint8_t byte) { return byte == '\n' || (byte >= ' ' && byte < 0x7F); };
    const auto end = std::ranges::find_if_not(data, printable);
    return end - data.begin() >= 4 &&
           std::all_of(end, data.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::string_view recognize(Bytes data) {
    const auto* found = std::ranges::find_if(kMarks, [&](const Mark& mark) { return has(data, mark); });
    if (found != std::end(kMarks)) return found->name;
    return is_text(data) ? "text" : "";
}

}  // namespace igvm::spec::decompiler
