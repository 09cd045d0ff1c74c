// Out of bytes: integers, the place of a pattern, checksums.
#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include <fmt/format.h>
#include <zlib.h>

#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

Value number(std::uint64_t value) { return {value, {}}; }

template <unsigned kWidth>
Value read_integer(Call& call) {
    const auto data = call.bytes(0);
    const auto offset = call.has(1) ? call.integer(1) : 0;
    if (!data || !offset) return {};
    const auto part = igvm::slice(data->bytes, *offset, kWidth);
    if (!part) return call.fail_outside(*offset, kWidth, data->bytes.size());
    std::uint64_t value = 0;
    for (unsigned i = 0; i < kWidth; ++i) value |= std::uint64_t{(*part)[i]} << (8 * i);
    return number(value);
}

Value find(Call& call) {
    const auto data = call.bytes(0);
    const auto pattern = call.bytes(1);
    const auto from = call.has(2) ? call.integer(2) : 0;
    if (!data || !pattern || !from) return {};
    if (pattern->bytes.empty()) return call.fail(1, Code::kWrongArgument, "the pattern is empty");
    const std::uint64_t size = data->bytes.size();
    if (*from > size)
        return call.fail(2, Code::kOutOfRange,
                         fmt::format("{:#x} is not inside data of {:#x} bytes", *from, size));
    const Bytes rest = data->bytes.subspan(static_cast<std::size_t>(*from));
    if (!call.take_reading(rest.size() + pattern->bytes.size())) return {};
    // Linear in the worst case, which std::search and its searchers are not.
    const void* found = memmem(rest.data(), rest.size(), pattern->bytes.data(), pattern->bytes.size());
    if (found != nullptr)
        return number(
            static_cast<std::uint64_t>(static_cast<const std::uint8_t*>(found) - data->bytes.data()));
    return call.fail(
        1, Code::kOutOfRange,
        fmt::format("the data of {:#x} bytes does not hold the pattern from {:#x} on", size, *from));
}

Value crc32(Call& call) {
    const auto data = call.bytes(0);
    if (!data || !call.take_reading(data->bytes.size())) return {};
    return number(crc32_z(0, data->bytes.data(), data->bytes.size()));
}

Value checksum8(Call& call) {
    const auto data = call.bytes(0);
    if (!data || !call.take_reading(data->bytes.size())) return {};
    const unsigned sum = std::accumulate(data->bytes.begin(), data->bytes.end(), 0u);
    return number(static_cast<std::uint8_t>(-sum));
}

constexpr Parameter kData = {"data"};
constexpr Parameter kOffset = {"offset", true};

constexpr auto kFunctions = std::to_array<Function>({
    {"read8",
     {kData, kOffset},
     false,
     "integer",
     read_integer<1>,
     nullptr,
     "the byte at `offset` (default 0)"},
    {"read16",
     {kData, kOffset},
     false,
     "integer",
     read_integer<2>,
     nullptr,
     "the two bytes at `offset` (default 0), little-endian"},
    {"read32",
     {kData, kOffset},
     false,
     "integer",
     read_integer<4>,
     nullptr,
     "the four bytes at `offset` (default 0), little-endian"},
    {"read64",
     {kData, kOffset},
     false,
     "integer",
     read_integer<8>,
     nullptr,
     "the eight bytes at `offset` (default 0), little-endian"},
    {"find",
     {kData, {"pattern"}, {"from", true}},
     false,
     "integer",
     find,
     nullptr,
     "the offset in the data of the first bytes from `from` on (default 0) that are the pattern; an error "
     "when there are none"},
    {"crc32", {kData}, false, "integer", crc32, nullptr, "the CRC-32 of gzip and Ethernet"},
    {"checksum8",
     {kData},
     false,
     "integer",
     checksum8,
     nullptr,
     "the byte that brings the sum of all bytes to 0 modulo 256, as ACPI and SMBIOS tables have it: "
     "patch(table, offsetof(table.checksum), le8(checksum8(table)))"},
});

}  // namespace

std::span<const Function> reading_functions() { return kFunctions; }

}  // namespace igvm::spec
