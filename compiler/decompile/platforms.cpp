#include "decompile/platforms.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <bit>
#include <optional>
#include <vector>

#include "decompile/block_text.hpp"
#include "schema/schema.hpp"

namespace igvm::spec::decompiler {
namespace {

std::string field_text(const schema::AttributeRow& row, std::uint64_t value) {
    if (row.type == schema::AttributeType::kBool) return "true";
    return std::to_string(value);
}

/// A policy of bit fields by their names, or as one number when it has bits of no field; nothing when it
/// lacks the bits that the compiler always sets.
std::optional<BlockText> bit_policy(const schema::BlockRow& row, std::uint64_t value, std::uint64_t always) {
    if ((value & always) != always) return std::nullopt;
    BlockText block("policy");
    std::uint64_t rest = value & ~always;
    for (const schema::AttributeRow& field : row.attributes) {
        if (field.width == 0) continue;
        const std::uint64_t mask = ((std::uint64_t{1} << field.width) - 1) << field.shift;
        if ((rest & mask) != 0) block.set(field.name, field_text(field, (rest & mask) >> field.shift));
        rest &= ~mask;
    }
    if (rest == 0) return block;
    BlockText raw("policy");
    raw.set("raw", hex_number(value));
    return raw;
}

std::optional<BlockText> realm_policy(const schema::BlockRow& row, const CcaPolicy& policy) {
    const schema::AttributeRow* hash = schema::find_attribute(row, "hash");
    const auto word =
        std::ranges::find(hash->keywords, std::uint64_t{policy.hash_algorithm}, &schema::Keyword::value);
    if (word == hash->keywords.end()) return std::nullopt;
    BlockText block("policy");
    if (policy.required_zeroes != U64{}) block.set("required_zeroes", hex_number(policy.required_zeroes));
    if (policy.required_ones != U64{}) block.set("required_ones", hex_number(policy.required_ones));
    if (policy.hash_algorithm != U8{}) block.set("hash", word->name);
    if (policy.lfa_policy != U8{}) block.set("lfa", std::to_string(policy.lfa_policy));
    return block;
}

/// The policy block of a platform, when the header is its policy.
std::optional<BlockText> policy_of(const Header& header, const SupportedPlatform& wire) {
    const PlatformInfo& platform = *find_platform(std::uint8_t{wire.platform_type});
    if (header.optional() || header.value(FieldKind::kMask) != std::uint64_t{wire.compatibility_mask})
        return std::nullopt;
    const schema::BlockRow* row = schema::find_block("policy", "platform", platform.name);
    if (row == nullptr) return std::nullopt;
    if (const auto realm = header.as<CcaPolicy>()) return realm_policy(*row, *realm);
    const auto guest = header.as<GuestPolicy>();
    if (!guest || guest->reserved != U32{}) return std::nullopt;
    const bool snp = platform.type == PlatformType::kSnp;
    return bit_policy(*row, guest->policy, snp ? kSnpPolicyReservedMustBeOne : 0);
}

BlockText platform_block(const SupportedPlatform& wire, bool usual_mask) {
    BlockText block("platform " + std::string(find_platform(std::uint8_t{wire.platform_type})->name));
    if (!usual_mask) block.set("mask", hex_number(wire.compatibility_mask));
    if (wire.highest_vtl != U8{}) block.set("highest_vtl", std::to_string(wire.highest_vtl));
    if (wire.shared_gpa_boundary == U64{}) return block;
    const std::uint64_t boundary = wire.shared_gpa_boundary;
    block.set("shared_gpa_boundary", std::has_single_bit(boundary)
                                         ? fmt::format("1 << {}", std::countr_zero(boundary))
                                         : hex_number(boundary));
    return block;
}

/// Whether the masks are the ones that the compiler gives when none is asked for.
bool usual_masks(const Image& image) {
    std::uint32_t next = 1;
    return std::ranges::all_of(image.platforms(), [&](const SupportedPlatform& platform) {
        const bool usual = platform.compatibility_mask == next;
        next <<= 1;
        return usual;
    });
}

/// Whether the compiler gives the platform a policy that the spec does not ask for.
bool gets_policy(const SupportedPlatform& wire) {
    const auto type = static_cast<PlatformType>(std::uint8_t{wire.platform_type});
    return type == PlatformType::kSnp || type == PlatformType::kCca;
}

/// Index of the first header after the platform section.
std::uint32_t initialization_begin(const Image& image) {
    std::uint32_t index = 0;
    while (index < image.header_count() && section_of(image.header(index).type()) == Section::kPlatform)
        ++index;
    return index;
}

}  // namespace

SaidPlatforms say_platforms(const Image& image) {
    SaidPlatforms said;
    said.first_policy = initialization_begin(image);
    const bool usual = usual_masks(image);
    for (const Header& header : image) {
        const auto wire = header.as<SupportedPlatform>();
        if (!wire) continue;
        BlockText block = platform_block(*wire, usual);
        const std::uint32_t next = said.first_policy + said.policies;
        const auto policy = next < image.header_count() ? policy_of(image.header(next), *wire) : std::nullopt;
        if (policy) block.nest(*policy);
        if (!policy && gets_policy(*wire)) block.set("default_policy", "false");
        if (policy) ++said.policies;
        said.platforms.push_back(header.index);
        said.text += block.text();
    }
    return said;
}

}  // namespace igvm::spec::decompiler
