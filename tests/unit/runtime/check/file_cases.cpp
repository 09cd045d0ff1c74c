#include "cases.hpp"

namespace igvm::test {
namespace {

constexpr std::uint64_t kFirstHeader = sizeof(FixedHeader);

/// A good file with `value` at `offset` when it is to be bad.
Sample patched(bool bad, std::uint64_t offset, std::uint32_t value, bool sealed = false) {
    Buffer file = image_for(PlatformType::kSnp).build();
    if (bad) poke(file, offset, U32{value});
    if (sealed) seal(file);
    return {file, offset};
}

Sample v2_patched(bool bad, std::uint64_t offset, std::uint32_t value) {
    RawImage image(2);
    image.add(platform(PlatformType::kVbs));
    Buffer file = image.build();
    if (bad) poke(file, offset, U32{value});
    seal(file);
    return {file, offset};
}

/// A file whose last header has `type` and a body of 8 bytes, or a good page.
Sample with_type(bool bad, std::uint32_t type) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint64_t body = bad ? image.add(type, bytes_of(U64{0})) : image.add(page(0x1000));
    return {image.build(), body - sizeof(VariableHeader)};
}

Sample too_small(bool bad) {
    Buffer file = image_for(PlatformType::kSnp).build();
    if (bad) file.resize(sizeof(FixedHeader) - 1);
    return {file, 0};
}

Sample magic(bool bad) { return patched(bad, 0, 0x464C457F); }
Sample version(bool bad) { return patched(bad, 4, 3); }
Sample header_offset(bool bad) { return patched(bad, 8, 20); }
Sample header_size(bool bad) { return patched(bad, 12, 0xFFFFFFFF); }
Sample total_size(bool bad) { return patched(bad, 16, 47, true); }
Sample checksum(bool bad) { return patched(bad, 20, 0x12345678); }
Sample header_bounds(bool bad) { return patched(bad, kFirstHeader + 4, 0xFFFFFFFF); }
Sample header_length(bool bad) { return patched(bad, kFirstHeader + 4, 15); }
Sample architecture(bool bad) { return v2_patched(bad, 24, 2); }
Sample page_size(bool bad) { return v2_patched(bad, 28, 65536); }

Sample trailing_bytes(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint64_t offset = image.add_stray_bytes(bad ? 4 : 0);
    return {image.build(), offset};
}

Sample section_order(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    if (bad) image.add(page(0x1000));
    const std::uint64_t body = image.add(GuestPolicy{0x30000, 1, 0});
    if (!bad) image.add(page(0x1000));
    return {image.build(), body - sizeof(VariableHeader)};
}

Sample type_range(bool bad) { return with_type(bad, 0x250); }
Sample unknown_type(bool bad) { return with_type(bad, 0x306); }
Sample unknown_optional_type(bool bad) { return with_type(bad, 0x306 | kOptionalBit); }

Sample padding(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint64_t offset = image.add(VpContext{0, 1, 0, 0, 0}) + sizeof(VpContext);
    Buffer file = image.build();
    if (bad) poke(file, offset, U32{0x01000000});
    seal(file);
    return {file, offset};
}

Sample data_offset(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint32_t payload = image.payload(Buffer(kPageSize));
    const std::uint64_t body = image.add(page(0x1000, 1, bad ? payload + 1 : payload));
    return {image.build(), body + offsetof(PageData, file_offset)};
}

constexpr Case kCases[] = {
    {Rule::kFileTooSmall, too_small},
    {Rule::kFileMagic, magic},
    {Rule::kFileVersion, version},
    {Rule::kFileArchitecture, architecture},
    {Rule::kFilePageSize, page_size},
    {Rule::kFileHeaderOffset, header_offset},
    {Rule::kFileHeaderSize, header_size},
    {Rule::kFileTotalSize, total_size},
    {Rule::kFileChecksum, checksum},
    {Rule::kFileHeaderBounds, header_bounds},
    {Rule::kFileHeaderLength, header_length},
    {Rule::kFileTrailingHeaderBytes, trailing_bytes},
    {Rule::kFileSectionOrder, section_order},
    {Rule::kFileTypeRange, type_range},
    {Rule::kFileUnknownType, unknown_type},
    {Rule::kFileUnknownOptionalType, unknown_optional_type},
    {Rule::kFilePadding, padding},
    {Rule::kFileDataOffset, data_offset},
};

}  // namespace

std::span<const Case> file_cases() { return kCases; }

}  // namespace igvm::test
