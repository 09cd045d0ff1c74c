#include <cstddef>

#include "context.hpp"

namespace igvm::check_detail {
namespace {

/// A policy is for `allowed` only.
void policy_platform(Context& context, const Header& header, std::uint32_t mask, std::uint32_t allowed) {
    if (mask == 0 || (mask & ~allowed) != 0)
        context.report(Rule::kPolicyPlatform, header.offset_of(FieldKind::kMask),
                       "the mask of {} is {:#x}, the platforms that can have one are {:#x}",
                       header.info->name, mask, allowed);
}

void guest_policy(Context& context, const Header& header) {
    const auto policy = header.as<GuestPolicy>();
    if (!policy) return;
    const std::uint32_t snp = context.mask_of(PlatformType::kSnp);
    const std::uint32_t allowed = snp | context.mask_of(PlatformType::kTdx) |
                                  context.mask_of(PlatformType::kSev) | context.mask_of(PlatformType::kSevEs);
    policy_platform(context, header, policy->compatibility_mask, allowed);
    if ((policy->compatibility_mask & snp) != 0 && (policy->policy & kSnpPolicyReservedMustBeOne) == 0)
        context.report(Rule::kPolicySnpBit, context.offset_of(header.body) + offsetof(GuestPolicy, policy),
                       "the SNP policy is {:#x}", std::uint64_t{policy->policy});
}

void cca_policy(Context& context, const Header& header) {
    const auto policy = header.as<CcaPolicy>();
    if (!policy) return;
    policy_platform(context, header, policy->compatibility_mask, context.mask_of(PlatformType::kCca));
    const std::uint64_t both = policy->required_ones & policy->required_zeroes;
    if (both != 0)
        context.report(Rule::kPolicyCcaBits,
                       context.offset_of(header.body) + offsetof(CcaPolicy, required_zeroes),
                       "bits {:#x} are required to be one and to be zero", both);
}

/// One document and one signature for each platform, the document first.
class Corim {
  public:
    explicit Corim(Context& context) : context_(context) {}

    void add(const Header& header) {
        const bool document = header.is(HeaderType::kCorimDocument);
        if (!document && !header.is(HeaderType::kCorimSignature)) return;
        const auto mask = static_cast<std::uint32_t>(*header.value(FieldKind::kMask));
        std::uint32_t& seen = document ? documents_ : signatures_;
        const std::uint64_t at = header.offset_of(FieldKind::kMask);
        if ((mask & seen) != 0)
            context_.report(Rule::kCorimRepeated, at, "the platforms of mask {:#x} have an earlier {}",
                            mask & seen, header.info->name);
        if (!document && (mask & ~documents_) != 0)
            context_.report(Rule::kCorimOrder, at, "the platforms of mask {:#x} have no document before this",
                            mask & ~documents_);
        seen |= mask;
    }

  private:
    Context& context_;
    std::uint32_t documents_ = 0;
    std::uint32_t signatures_ = 0;
};

void reserved(Context& context, const Header& header) {
    check_reserved_fields(context, Rule::kPolicyReserved, header);
}

constexpr void (*kRules[])(Context&, const Header&) = {guest_policy, cca_policy, reserved};

}  // namespace

void check_initialization_rules(Context& context) {
    Corim corim(context);
    for (const Header header : context.image()) {
        if (header.info == nullptr || header.info->section != Section::kInitialization) continue;
        for (const auto rule : kRules) rule(context, header);
        corim.add(header);
    }
    check_relocations(context);
}

}  // namespace igvm::check_detail
