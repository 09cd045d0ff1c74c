#include <algorithm>
#include <cstddef>

#include "igvm/x64.hpp"

namespace igvm::x64 {
namespace {

/// Where a register lies in a context.
struct Found {
    std::size_t offset;
    std::size_t width;
};

std::optional<Found> find_vbs_entry(Bytes context, std::uint32_t name) {
    const auto count = read<U32>(context, 0);
    if (!count || name == 0) return std::nullopt;
    for (std::size_t at = sizeof(U32), i = 0; i < *count; ++i, at += sizeof(VbsRegister)) {
        const auto entry = read<VbsRegister>(context, at);
        if (!entry) return std::nullopt;
        if (entry->name == name) return Found{at + offsetof(VbsRegister, value), sizeof(entry->value)};
    }
    return std::nullopt;
}

/// The register's bytes, all of them inside the context.
std::optional<Found> find(ContextFormat format, Bytes context, const RegisterInfo& info) {
    if (format == ContextFormat::kVbs) return find_vbs_entry(context, info.vbs);
    const RegisterPlace place = format == ContextFormat::kVmsa ? info.vmsa : info.native;
    if (!place.present() || !slice(context, place.offset, place.width)) return std::nullopt;
    return Found{place.offset, place.width};
}

/// Offsets of the parts of a segment or a table within its register; kNone where it has no such part.
struct Layout {
    static constexpr std::size_t kNone = SIZE_MAX;
    std::size_t selector, attributes, limit, base;
    std::size_t limit_width, base_width;
};

Layout segment_layout(ContextFormat format) {
    switch (format) {
        case ContextFormat::kVmsa:
            return {0, 2, 4, 8, 4, 8};
        case ContextFormat::kNativeX64:
            return {0, 2, 8, 4, 4, 4};
        case ContextFormat::kVbs:
        case ContextFormat::kCca:
        case ContextFormat::kNone:
            break;
    }
    return {12, 14, 8, 0, 4, 8};
}

/// A native context has IDTR's base first and GDTR's limit first; the base is the part on a multiple of 8.
Layout table_layout(ContextFormat format, std::size_t offset) {
    constexpr std::size_t kNone = Layout::kNone;
    if (format == ContextFormat::kVmsa) return {kNone, kNone, 4, 8, 4, 8};
    if (format == ContextFormat::kVbs) return {kNone, kNone, 6, 8, 2, 8};
    return offset % 8 == 0 ? Layout{kNone, kNone, 8, 0, 2, 8} : Layout{kNone, kNone, 0, 2, 2, 8};
}

std::uint64_t integer(Bytes bytes, std::size_t offset, std::size_t width) {
    if (offset == Layout::kNone) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{bytes[offset + i]} << (8 * i);
    return value;
}

Segment segment(ContextFormat format, Bytes bytes, const Layout& layout) {
    const auto attributes = static_cast<std::uint16_t>(integer(bytes, layout.attributes, 2));
    return {static_cast<std::uint16_t>(integer(bytes, layout.selector, 2)),
            format == ContextFormat::kVmsa ? unpack_attributes(attributes) : attributes,
            static_cast<std::uint32_t>(integer(bytes, layout.limit, layout.limit_width)),
            integer(bytes, layout.base, layout.base_width)};
}

}  // namespace

std::optional<RegisterContent> read_register(ContextFormat format, Bytes context, const RegisterInfo& info) {
    const auto found = find(format, context, info);
    if (!found) return std::nullopt;
    const Bytes bytes = context.subspan(found->offset, found->width);
    if (info.kind == RegisterKind::kValue)
        return integer(bytes, 0, std::min(found->width, sizeof(std::uint64_t)));
    return segment(
        format, bytes,
        info.kind == RegisterKind::kSegment ? segment_layout(format) : table_layout(format, found->offset));
}

std::uint8_t vtl_of(ContextFormat format, Bytes context) {
    if (format != ContextFormat::kVbs) return 0;
    const auto first = read<VbsRegister>(context, sizeof(U32));
    return first ? std::uint8_t{first->vtl} : std::uint8_t{0};
}

std::optional<std::size_t> address_place(ContextFormat format, Bytes context, const RegisterInfo& info) {
    const auto found = find(format, context, info);
    if (!found || info.kind == RegisterKind::kSegment || found->width < sizeof(U64)) return std::nullopt;
    if (info.kind == RegisterKind::kValue) return found->offset;
    return found->offset + table_layout(format, found->offset).base;
}

}  // namespace igvm::x64
