#include <fmt/format.h>

#include "sema/bodies.hpp"

namespace igvm::spec {
namespace {

/// The bits that the fields of a policy block say.
std::uint64_t field_bits(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    std::uint64_t bits = 0;
    for (const BoundAttribute& attribute : block.attributes) {
        const schema::AttributeRow& row = *attribute.row;
        if (row.width == 0) continue;
        const std::uint64_t max = (std::uint64_t{1} << row.width) - 1;
        const std::uint64_t value =
            row.type == schema::AttributeType::kBool
                ? std::uint64_t{binding.boolean(block, row.name, platform, false).value_or(false)}
                : binding.integer(block, row.name, platform, 0, max).value_or(0);
        bits |= value << row.shift;
    }
    return bits;
}

/// The policy of a bit-field platform; `fixed` are the bits that the platform wants set.
std::uint64_t bit_policy(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                         std::uint64_t fixed) {
    const BoundAttribute* raw = block.find("raw", platform);
    if (raw == nullptr) return fixed | field_bits(binding, block, platform);
    if (block.attributes.size() > 1) {
        binding.error(Code::kPolicy, raw->tree->name.span,
                      "raw is the whole policy: no other field may stand beside it",
                      "remove raw or the other fields");
    }
    const auto value = binding.integer(block, "raw", platform, 0);
    if (value && (*value & fixed) != fixed) {
        binding.error(Code::kPolicy, raw->tree->value->span,
                      fmt::format("policy {:#x} lacks the bits {:#x}, which must be set", *value, fixed),
                      fmt::format("write {:#x}", *value | fixed));
    }
    return value.value_or(0);
}

model::RealmPolicy realm_policy(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    model::RealmPolicy policy;
    policy.required_zeroes = binding.integer(block, "required_zeroes", platform, 0).value_or(0);
    policy.required_ones = binding.integer(block, "required_ones", platform, 0).value_or(0);
    policy.hash_algorithm =
        static_cast<std::uint8_t>(binding.keyword(block, "hash", platform, 0).value_or(0));
    policy.lfa = static_cast<std::uint8_t>(binding.integer(block, "lfa", platform, 0, UINT8_MAX).value_or(0));
    if ((policy.required_zeroes & policy.required_ones) != 0) {
        binding.error(Code::kPolicy, block.place(),
                      fmt::format("the bits {:#x} are required to be 0 and to be 1",
                                  policy.required_zeroes & policy.required_ones));
    }
    return policy;
}

const BoundBlock* policy_block(const BoundBlock& platform) {
    for (const auto& block : platform.blocks) {
        if (block->row->kind == "policy") return block.get();
    }
    return nullptr;
}

}  // namespace

Policy bind_policy(Binding& binding, const PlatformEntry& platform, PlatformIndex index) {
    const BoundBlock* block = policy_block(*platform.block);
    const bool snp = platform.type == PlatformType::kSnp;
    const std::uint64_t fixed = snp ? kSnpPolicyReservedMustBeOne : 0;
    const bool realm = platform.type == PlatformType::kCca;
    const bool implied = binding.boolean(*platform.block, "default_policy", index, true).value_or(true);
    if (block == nullptr && !implied) return {};
    if (block == nullptr && realm) return model::RealmPolicy{};
    if (block == nullptr) return snp ? Policy(model::SnpOrTdxPolicy{fixed}) : Policy();
    if (realm) return realm_policy(binding, *block, index);
    return model::SnpOrTdxPolicy{bit_policy(binding, *block, index, fixed)};
}

}  // namespace igvm::spec
