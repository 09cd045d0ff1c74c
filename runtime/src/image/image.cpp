#include "igvm/image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace igvm {
namespace {

constexpr std::uint64_t kVbsRegisterSize = 32;

/// The payload's bytes that the header alone names; a VBS context says more in its payload.
std::uint64_t payload_size(const Header& header) {
    if (const auto page = header.as<PageData>())
        return page->flags & kPageFlag2Mb ? kLargePageSize : kPageSize;
    if (const auto area = header.as<ParameterArea>()) return area->number_of_bytes;
    if (header.is(HeaderType::kVpContext)) return kPageSize;
    return read<CorimBlob>(header.body, 0)->size;
}

}  // namespace

Architecture Image::architecture() const {
    return tail_ ? static_cast<Architecture>(static_cast<std::uint32_t>(tail_->architecture))
                 : Architecture::kX64;
}

Header Image::header(std::uint32_t index) const {
    Header header;
    header.index = index;
    header.offset = offsets_[index];
    const auto prefix = *read<VariableHeader>(file_, header.offset);
    const std::uint64_t body = header.offset + sizeof(VariableHeader);
    const std::uint64_t body_end = body + prefix.length;
    header.raw_type = prefix.type;
    header.body = file_.subspan(body, prefix.length);
    header.padding = file_.subspan(body_end, -body_end % 8);
    header.info = find_header(header.type());
    return header;
}

Result<Bytes> Image::data(std::uint32_t file_offset, std::uint64_t size, std::uint64_t field_offset) const {
    const std::optional<Bytes> found = slice(file_, file_offset, size);
    if (found && file_offset >= data_begin()) return *found;
    return fail(Rule::kFileDataOffset, field_offset,
                fmt::format("{} bytes of data at {:#x} are not inside the file's data, {:#x} to {:#x}", size,
                            file_offset, data_begin(), file_.size()));
}

Result<Bytes> Image::payload(const Header& header) const {
    const auto file_offset = static_cast<std::uint32_t>(header.value(FieldKind::kFileOffset).value_or(0));
    if (file_offset == 0) return Bytes{};
    const std::uint64_t field = header.offset_of(FieldKind::kFileOffset);
    const auto context = header.as<VpContext>();
    if (!context || context_format(context->compatibility_mask) != ContextFormat::kVbs)
        return data(file_offset, payload_size(header), field);
    return data(file_offset, sizeof(U32), field).and_then([&](Bytes count) {
        return data(file_offset, sizeof(U32) + kVbsRegisterSize * *read<U32>(count, 0), field);
    });
}

std::optional<PlatformType> Image::platform_of(std::uint32_t mask) const {
    std::uint32_t first = kNoPlatform;
    for (std::uint32_t bits = mask; bits != 0; bits &= bits - 1)
        first = std::min(first, platform_by_bit_[static_cast<std::size_t>(std::countr_zero(bits))]);
    if (first == kNoPlatform) return std::nullopt;
    return static_cast<PlatformType>(static_cast<std::uint8_t>(platforms_[first].platform_type));
}

ContextFormat Image::context_format(std::uint32_t mask) const {
    const auto type = platform_of(mask);
    const PlatformInfo* info = type ? find_platform(static_cast<std::uint8_t>(*type)) : nullptr;
    return info == nullptr ? ContextFormat::kNone : info->context;
}

}  // namespace igvm
