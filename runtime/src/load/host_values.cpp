#include <fmt/format.h>

#include <algorithm>

#include "load/parameters.hpp"

namespace igvm::load {
namespace {

constexpr std::size_t kAcpiHeaderSize = 36;
constexpr std::size_t kAcpiLengthOffset = 4;
constexpr std::size_t kDeviceTreeHeaderSize = 40;
constexpr std::uint32_t kDeviceTreeMagic = 0xEDFE0DD0;  // 0xD00DFEED, big-endian

/// Source: igvm_defs, IGVM_VHS_MMIO_RANGES.
struct WireRange {
    U64 first_page;
    U64 page_count;
};
using WireMmioRanges = std::array<WireRange, kMaxMmioRanges>;
static_assert(sizeof(WireMmioRanges) == 32);

Result<void> check_table(Bytes table, std::string_view name, std::string_view signature) {
    if (table.empty()) return {};
    const bool named =
        table.size() >= kAcpiHeaderSize &&
        std::ranges::equal(table.first(4), signature, {}, {}, [](char c) { return std::uint8_t(c); });
    if (!named)
        return fail(Rule::kLoadHost, 0,
                    fmt::format("the host's {} is no ACPI table with the signature \"{}\"", name, signature));
    const std::uint32_t length = *read<U32>(table, kAcpiLengthOffset);
    if (length != table.size())
        return fail(Rule::kLoadHost, 0,
                    fmt::format("the host's {} has {} bytes, but its length field says {}", name,
                                table.size(), length));
    return {};
}

Result<void> check_tables(const HostConfig& host) {
    return check_table(host.srat, "SRAT", "SRAT")
        .and_then([&] { return check_table(host.madt, "MADT", "APIC"); })
        .and_then([&] { return check_table(host.slit, "SLIT", "SLIT"); })
        .and_then([&] { return check_table(host.pptt, "PPTT", "PPTT"); });
}

Result<void> check_device_tree(Bytes tree) {
    if (tree.empty() || (tree.size() >= kDeviceTreeHeaderSize && *read<U32>(tree, 0) == kDeviceTreeMagic))
        return {};
    return fail(Rule::kLoadHost, 0, "the host's device tree does not begin with a device tree header");
}

Result<void> check_command_line(const std::string& line) {
    const auto bad = std::ranges::find_if(line, [](char c) { return c <= 0; });
    if (bad == line.end()) return {};
    return fail(Rule::kLoadHost, 0,
                fmt::format("byte {} of the command line is {:#x}, which is no ASCII character",
                            bad - line.begin(), static_cast<unsigned char>(*bad)));
}

Result<void> check_mmio_ranges(const std::vector<GpaRange>& ranges) {
    if (ranges.size() > kMaxMmioRanges)
        return fail(Rule::kLoadHost, 0,
                    fmt::format("the host has {} MMIO ranges; the parameter holds {}", ranges.size(),
                                kMaxMmioRanges));
    for (const auto& [gpa, size] : ranges)
        if (gpa % kPageSize != 0 || size % kPageSize != 0)
            return fail(
                Rule::kLoadHost, 0,
                fmt::format("the MMIO range at {:#x} with {:#x} bytes is not 4 KiB aligned", gpa, size));
    return {};
}

WireMmioRanges encode_mmio_ranges(const std::vector<GpaRange>& ranges) {
    WireMmioRanges wire{};
    std::ranges::transform(ranges, wire.begin(), [](GpaRange range) {
        return WireRange{range.gpa / kPageSize, range.size / kPageSize};
    });
    return wire;
}

template <Wire T>
std::vector<std::uint8_t> copy_of(const T& value) {
    const Bytes raw = bytes_of(value);
    return {raw.begin(), raw.end()};
}

std::vector<std::uint8_t> encode_command_line(const std::string& line) {
    std::vector<std::uint8_t> bytes(line.begin(), line.end());
    bytes.push_back(0);
    return bytes;
}

}  // namespace

Result<HostValues> HostValues::make(const HostConfig& host, const MemoryMap& memory_map) {
    const auto sound = check_tables(host)
                           .and_then([&] { return check_device_tree(host.device_tree); })
                           .and_then([&] { return check_command_line(host.command_line); })
                           .and_then([&] { return check_mmio_ranges(host.mmio_ranges); });
    if (!sound) return tl::unexpected(sound.error());

    HostValues values;
    values.own(HeaderType::kVpCount, copy_of(U32(host.vp_count)));
    values.own(HeaderType::kEnvironmentInfo, copy_of(U32(host.environment)));
    values.own(HeaderType::kMemoryMap, memory_map.encode());
    values.own(HeaderType::kCommandLine, encode_command_line(host.command_line));
    values.own(HeaderType::kMmioRanges, copy_of(encode_mmio_ranges(host.mmio_ranges)));
    values.borrow(HeaderType::kDeviceTree, host.device_tree);
    values.borrow(HeaderType::kSrat, host.srat);
    values.borrow(HeaderType::kMadt, host.madt);
    // ACPI makes these two optional: where the host has none, the area stays as the file has it.
    values.values_[HeaderType::kSlit] = host.slit;
    values.values_[HeaderType::kPptt] = host.pptt;
    return values;
}

void HostValues::own(HeaderType type, std::vector<std::uint8_t> bytes) {
    owned_.push_back(std::move(bytes));
    values_[type] = owned_.back();
}

void HostValues::borrow(HeaderType type, Bytes bytes) {
    if (!bytes.empty()) values_[type] = bytes;
}

std::optional<Bytes> HostValues::of(HeaderType type) const {
    const auto found = values_.find(type);
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

}  // namespace igvm::load
