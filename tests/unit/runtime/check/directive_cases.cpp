#include "cases.hpp"

namespace igvm::test {
namespace {

/// A file of an SNP platform and one directive; the finding points at `field` of it.
template <Wire T>
Sample one(const T& directive, std::size_t field) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint64_t body = image.add(directive);
    return {image.build(), body + field};
}

Sample mask_unknown(bool bad) {
    return one(page(0x1000, bad ? 3 : 1), offsetof(PageData, compatibility_mask));
}

Sample reserved_field(bool bad) {
    PageData header = page(0x1000);
    header.reserved = bad ? 1 : 0;
    return one(header, offsetof(PageData, reserved));
}

Sample reserved_flags(bool bad) {
    PageData header = page(0x1000);
    header.flags = bad ? 0x80000002 : kPageFlagUnmeasured;
    return one(header, offsetof(PageData, flags));
}

Sample page_alignment(bool bad) {
    PageData header = page(bad ? 0x1000 : kLargePageSize);
    header.flags = kPageFlag2Mb;
    return one(header, 0);
}

Sample page_type(bool bad) {
    PageData header = page(0x1000);
    header.data_type = bad ? 4 : 3;
    return one(header, offsetof(PageData, data_type));
}

Sample gpa_overlap(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(page(0x1000));
    const std::uint64_t body = image.add(page(bad ? 0x1000 : 0x2000));
    return {image.build(), body - sizeof(VariableHeader)};
}

Sample required_memory(bool bad) { return one(RequiredMemory{0x1000, 1, bad ? 0x1800u : 0x2000u, 0, 0}, 0); }

Sample page_outside_required(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(RequiredMemory{0x10000, 1, 0x1000, 0, 0});
    image.add(page(0x10000));
    const std::uint64_t body = image.add(page(0x11000));
    if (!bad) image.add(RequiredMemory{0x11000, 1, 0x1000, 0, 0});
    return {image.build(), body - sizeof(VariableHeader)};
}

Sample error_range(bool bad) { return one(ErrorRange{0x1000, 1, bad ? 0u : 0x1000u}, 0); }

SnpIdBlock id_block(std::uint32_t mask) {
    SnpIdBlock block{};
    block.compatibility_mask = mask;
    block.author_key_enabled = 1;
    block.id_key_algorithm = 1;
    block.id_public_key.curve = 2;
    block.author_key_algorithm = 1;
    block.author_public_key.curve = 2;
    return block;
}

Sample id_block_platform(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(platform(PlatformType::kTdx, 2));
    const std::uint64_t body = image.add(id_block(bad ? 2 : 1));
    return {image.build(), body};
}

Sample id_block_repeated(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    std::uint64_t body = image.add(id_block(1));
    if (bad) body = image.add(id_block(1));
    return {image.build(), body};
}

Sample id_block_author(bool bad) {
    SnpIdBlock block = id_block(1);
    block.author_key_enabled = bad ? 0 : 1;
    return one(block, offsetof(SnpIdBlock, author_key_enabled));
}

Sample id_block_key(bool bad) {
    SnpIdBlock block = id_block(1);
    block.author_public_key.curve = bad ? 1 : 2;
    return one(block, offsetof(SnpIdBlock, author_key_algorithm));
}

Sample vbs_measurement_platform(bool bad) {
    RawImage image = image_for(PlatformType::kVbs);
    image.add(platform(PlatformType::kSnp, 2));
    VbsMeasurement measurement{};
    measurement.compatibility_mask = bad ? 2 : 1;
    const std::uint64_t body = image.add(measurement);
    return {image.build(), body};
}

constexpr Case kCases[] = {
    {Rule::kMaskUnknown, mask_unknown},
    {Rule::kReservedField, reserved_field},
    {Rule::kReservedFlags, reserved_flags},
    {Rule::kPageAlignment, page_alignment},
    {Rule::kPageType, page_type},
    {Rule::kGpaOverlap, gpa_overlap},
    {Rule::kRequiredMemoryRange, required_memory},
    {Rule::kPageOutsideRequiredMemory, page_outside_required},
    {Rule::kErrorRange, error_range},
    {Rule::kIdBlockPlatform, id_block_platform},
    {Rule::kIdBlockRepeated, id_block_repeated},
    {Rule::kIdBlockKey, id_block_key},
    {Rule::kVbsMeasurementPlatform, vbs_measurement_platform},
    {Rule::kIdBlockAuthor, id_block_author},
};

}  // namespace

std::span<const Case> directive_cases() { return kCases; }

}  // namespace igvm::test
