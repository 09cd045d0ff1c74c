// A synthetic OVMF image with a GUID-ed table.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "inputs/guid.hpp"

namespace igvm::test {

inline constexpr std::string_view kFooterGuid = "96b582de-1fb2-45f7-baea-a366c55a082d";
inline constexpr std::string_view kSevGuid = "dc886566-984a-4798-a75e-5585a7bf67cc";
inline constexpr std::string_view kTdxGuid = "e47a6535-984a-4798-865e-4685a7bf8ec2";

inline constexpr std::string_view kIgvmGuid = "784fa70e-3176-4677-8a20-04b68699e374";

using FirmwareBytes = std::vector<std::uint8_t>;

inline void append(FirmwareBytes& out, std::uint64_t value, unsigned width) {
    for (unsigned i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

inline void append_tail(FirmwareBytes& out, std::uint64_t length, std::string_view guid) {
    append(out, length, 2);
    const auto bytes = *spec::parse_guid(guid);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

using TableEntries = std::vector<std::pair<std::string_view, FirmwareBytes>>;

/// `body`, then the table with `entries` in memory order, then the 32 bytes of the reset vector.
inline FirmwareBytes firmware(FirmwareBytes body, const TableEntries& entries) {
    std::size_t length = 18;
    for (const auto& [guid, data] : entries) {
        body.insert(body.end(), data.begin(), data.end());
        append_tail(body, data.size() + 18, guid);
        length += data.size() + 18;
    }
    append_tail(body, length, kFooterGuid);
    body.resize(body.size() + 32);
    return body;
}

/// Signature, length, version and count of a metadata descriptor.
inline FirmwareBytes descriptor_head(std::string_view signature, std::uint32_t length, std::uint32_t count) {
    FirmwareBytes out(signature.begin(), signature.end());
    append(out, length, 4);
    append(out, 1, 4);
    append(out, count, 4);
    return out;
}

/// An image whose SEV metadata holds the given (GPA, size, type) triples.
inline FirmwareBytes sev_firmware(const std::vector<std::array<std::uint32_t, 3>>& sections) {
    const auto count = static_cast<std::uint32_t>(sections.size());
    auto body = descriptor_head("ASEV", 16 + count * 12, count);
    for (const auto& section : sections)
        for (const auto value : section) append(body, value, 4);
    FirmwareBytes offset;
    append(offset, body.size() + 22 + 18 + 32, 4);
    return firmware(std::move(body), {{kSevGuid, offset}});
}

}  // namespace igvm::test
