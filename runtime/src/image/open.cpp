#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstddef>

#include "igvm/image.hpp"

namespace igvm {
namespace {

constexpr auto kPlatformHeader = static_cast<std::uint32_t>(HeaderType::kSupportedPlatform);

std::size_t fixed_size(const FixedHeader& fixed) {
    return sizeof(FixedHeader) + (fixed.format_version == 2u ? sizeof(FixedHeaderV2Tail) : 0);
}

Result<FixedHeader> read_fixed(Bytes file) {
    const auto fixed = read<FixedHeader>(file, 0);
    if (!fixed)
        return fail(Rule::kFileTooSmall, 0,
                    fmt::format("the file has {} bytes, its fixed header needs {}", file.size(),
                                sizeof(FixedHeader)));
    if (fixed->magic != kMagic)
        return fail(Rule::kFileMagic, 0,
                    fmt::format("magic is {:#x}, not {:#x}", std::uint32_t{fixed->magic}, kMagic));
    if (fixed->format_version != 1u && fixed->format_version != 2u)
        return fail(Rule::kFileVersion, offsetof(FixedHeader, format_version),
                    fmt::format("format version is {}, not 1 or 2", std::uint32_t{fixed->format_version}));
    if (file.size() < fixed_size(*fixed))
        return fail(
            Rule::kFileTooSmall, 0,
            fmt::format("the file has {} bytes, its fixed header needs {}", file.size(), fixed_size(*fixed)));
    if (file.size() > kMaxFileSize)
        return fail(Rule::kFileLimit, 0,
                    fmt::format("the file has {} bytes, the format allows {}", file.size(), kMaxFileSize));
    return *fixed;
}

Result<void> require_headers_inside(Bytes file, const FixedHeader& fixed) {
    const std::uint32_t offset = fixed.variable_header_offset;
    const std::uint32_t size = fixed.variable_header_size;
    if (offset < fixed_size(fixed) || offset % 8 != 0)
        return fail(Rule::kFileHeaderOffset, offsetof(FixedHeader, variable_header_offset),
                    fmt::format("variable headers begin at {:#x}, not at a multiple of 8 from {:#x} on",
                                offset, fixed_size(fixed)));
    if (!slice(file, offset, size))
        return fail(Rule::kFileHeaderSize, offsetof(FixedHeader, variable_header_size),
                    fmt::format("{} bytes of variable headers from {:#x} on leave the file of {} bytes", size,
                                offset, file.size()));
    return {};
}

/// The length of the header at the start of `rest`, with its padding; `offset` is its place in the file.
Result<std::uint64_t> header_extent(Bytes rest, std::uint64_t offset) {
    const VariableHeader prefix = *read<VariableHeader>(rest, 0);
    const std::uint32_t length = prefix.length;
    const std::uint64_t extent = *align_up(sizeof(VariableHeader) + std::uint64_t{length}, 8);
    if (extent > rest.size())
        return fail(
            Rule::kFileHeaderBounds, offset + offsetof(VariableHeader, length),
            fmt::format("a header of type {:#x} with length {} leaves the variable headers, of which {} "
                        "bytes remain",
                        std::uint32_t{prefix.type}, length, rest.size()));
    const HeaderInfo* info = find_header(prefix.type & ~kOptionalBit);
    if (info != nullptr && info->length != length)
        return fail(Rule::kFileHeaderLength, offset + offsetof(VariableHeader, length),
                    fmt::format("{} has length {}, not {}", info->name, length, info->length));
    return extent;
}

/// The fixed header, once the file holds it whole and the variable headers it speaks of.
Result<FixedHeader> read_valid_fixed(Bytes file) {
    Result<FixedHeader> fixed = read_fixed(file);
    if (!fixed) return fixed;
    if (Result<void> inside = require_headers_inside(file, *fixed); !inside)
        return tl::unexpected(std::move(inside.error()));
    return fixed;
}

}  // namespace

Result<std::uint32_t> header_checksum(Bytes file) {
    return read_valid_fixed(file).map([&](FixedHeader fixed) {
        fixed.checksum = 0;
        const auto add = [](uLong crc, Bytes bytes) { return crc32_z(crc, bytes.data(), bytes.size()); };
        uLong crc = add(0, bytes_of(fixed));
        crc = add(crc, file.subspan(sizeof(FixedHeader), fixed_size(fixed) - sizeof(FixedHeader)));
        return static_cast<std::uint32_t>(
            add(crc, file.subspan(fixed.variable_header_offset, fixed.variable_header_size)));
    });
}

Result<Image> Image::open(Bytes file) {
    const Result<FixedHeader> fixed = read_valid_fixed(file);
    if (!fixed) return tl::unexpected(fixed.error());
    Image image;
    image.file_ = file;
    image.fixed_ = *fixed;
    if (fixed->format_version == 2u) image.tail_ = read<FixedHeaderV2Tail>(file, sizeof(FixedHeader));
    if (Result<void> indexed = image.index_headers(); !indexed)
        return tl::unexpected(std::move(indexed.error()));
    return image;
}

Result<void> Image::index_headers() {
    platform_by_bit_.fill(kNoPlatform);
    std::uint64_t offset = headers_begin();
    while (data_begin() - offset >= sizeof(VariableHeader)) {
        const Bytes rest = file_.subspan(offset, data_begin() - offset);
        const Result<std::uint64_t> extent = header_extent(rest, offset);
        if (!extent) return tl::unexpected(extent.error());
        offsets_.push_back(static_cast<std::uint32_t>(offset));
        if ((read<VariableHeader>(rest, 0)->type & ~kOptionalBit) == kPlatformHeader)
            index_platform(*read<SupportedPlatform>(rest, sizeof(VariableHeader)));
        offset += *extent;
    }
    offsets_.shrink_to_fit();
    return {};
}

void Image::index_platform(const SupportedPlatform& platform) {
    const auto index = static_cast<std::uint32_t>(platforms_.size());
    platforms_.push_back(platform);
    for (std::uint32_t bits = platform.compatibility_mask; bits != 0; bits &= bits - 1) {
        std::uint32_t& first = platform_by_bit_[static_cast<std::size_t>(std::countr_zero(bits))];
        first = std::min(first, index);
    }
}

}  // namespace igvm
