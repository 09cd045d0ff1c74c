// A header by its type number: for what no other block says.
#include <fmt/format.h>

#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

constexpr std::uint32_t kPlatformHeader = static_cast<std::uint32_t>(HeaderType::kSupportedPlatform);

Span place_of(const BoundBlock& block, std::string_view name, PlatformIndex platform) {
    const BoundAttribute* attribute = block.find(name, platform);
    return attribute == nullptr ? block.place() : attribute->tree->value->span;
}

bool type_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform, std::uint32_t type) {
    const Span place = place_of(block, "type", platform);
    if (type == kPlatformHeader) {
        binding.error(Code::kConflict, place, "a platform is declared with a platform block");
        return false;
    }
    if (section_of(type)) return true;
    binding.error(Code::kOutOfRange, place,
                  fmt::format("no section of the file holds headers of type {:#x}", type),
                  "types are 0x1 to 0x100, 0x101 to 0x200 and 0x301 to 0x400");
    return false;
}

/// The length of a known type, and data only where a field says where it is.
bool contents_fit(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                  const model::RawHeader& header) {
    const HeaderInfo* info = find_header(header.type);
    const std::uint64_t size = header.bytes.bytes.size();
    if (info != nullptr && size != info->length) {
        binding.error(Code::kSize, place_of(block, "bytes", platform),
                      fmt::format("{} has {} bytes, not {}", info->name, info->length, size));
        return false;
    }
    if (!header.data || (info != nullptr && info->field(FieldKind::kFileOffset) != nullptr)) return true;
    binding.error(Code::kConflict, block.find("data", platform)->tree->name.span,
                  fmt::format("a header of type {:#x} has no data in the file", header.type), "remove data");
    return false;
}

/// Bytes up to a multiple of 8.
bool padding_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                  const model::RawHeader& header) {
    const std::uint64_t needed = -header.bytes.bytes.size() % sizeof(U64);
    if (!header.padding || header.padding->bytes.size() == needed) return true;
    binding.error(Code::kSize, place_of(block, "padding", platform),
                  fmt::format("a header of {} bytes is filled up with {}, not {}", header.bytes.bytes.size(),
                              needed, header.padding->bytes.size()));
    return false;
}

/// Nothing when the block does not have the attribute.
std::optional<model::Blob> given(const BoundBlock& block, std::string_view name, PlatformIndex platform,
                                 const model::Blob& value) {
    return block.find(name, platform) == nullptr ? std::nullopt : std::optional(value);
}

std::optional<model::RawHeader> header_on(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const auto type = binding.integer(block, "type", platform, 0, kOptionalBit - 1);
    const auto optional = binding.boolean(block, "optional", platform, false);
    const auto bytes = binding.bytes(block, "bytes", platform);
    const auto data = binding.bytes(block, "data", platform);
    const auto padding = binding.bytes(block, "padding", platform);
    if (!type || !optional || !bytes || !data || !padding) return std::nullopt;
    model::RawHeader header{static_cast<std::uint32_t>(*type), *optional, *bytes,
                            given(block, "data", platform, *data),
                            given(block, "padding", platform, *padding)};
    const bool fits = type_fits(binding, block, platform, header.type) &&
                      contents_fit(binding, block, platform, header) &&
                      padding_fits(binding, block, platform, header);
    return fits ? std::optional(std::move(header)) : std::nullopt;
}

bool same_bytes(const std::optional<model::Blob>& a, const std::optional<model::Blob>& b) {
    return a.has_value() == b.has_value() && (!a || spec::same_bytes(*a, *b));
}

bool same(const model::RawHeader& a, const model::RawHeader& b) {
    return a.type == b.type && a.optional == b.optional && spec::same_bytes(a.bytes, b.bytes) &&
           same_bytes(a.data, b.data) && same_bytes(a.padding, b.padding);
}

}  // namespace

void bind_header(Binding& binding, const BoundBlock& block, Items& items) {
    const auto body_on = [&](PlatformIndex platform) { return header_on(binding, block, platform); };
    fold<model::RawHeader>(binding, block, items, body_on, same);
}

}  // namespace igvm::spec
