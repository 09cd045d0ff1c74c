#include <algorithm>
#include <bit>
#include <cstddef>

#include "directive_state.hpp"
#include "igvm/x64.hpp"

namespace igvm::check_detail {
namespace {

void native_tail(Context& context, Bytes blob) {
    const Bytes tail = blob.subspan(x64::kNativeContextSize);
    if (all_zero(tail)) return;
    const auto found = std::ranges::find_if(tail, [](std::uint8_t byte) { return byte != 0; });
    const std::size_t place = x64::kNativeContextSize + static_cast<std::size_t>(found - tail.begin());
    context.report(Rule::kNativeContextTail, context.offset_of(blob) + place,
                   "byte {:#x} of the page is {:#x}", place, *found);
}

void vmsa(Context& context, Bytes blob, bool snp) {
    for (const x64::ReservedRange& range : x64::vmsa_reserved()) {
        const Bytes reserved = blob.subspan(range.offset, range.size);
        if (!all_zero(reserved))
            context.report(Rule::kVmsaReserved, context.offset_of(reserved),
                           "the VMSA's reserved bytes {:#x} to {:#x} are not all zero", range.offset,
                           range.offset + range.size);
    }
    const std::uint64_t features = *read<U64>(blob, x64::kVmsaSevFeaturesOffset);
    if (((features & x64::kSevFeatureSnp) != 0) != snp)
        context.report(Rule::kVmsaFeatures, context.offset_of(blob) + x64::kVmsaSevFeaturesOffset,
                       "sev_features is {:#x} on {}", features, snp ? "SEV-SNP" : "SEV-ES");
}

/// The Hyper-V names of x64 are all in the register table; those of AArch64 are not judged.
bool known_register(const Context& context, std::uint32_t name) {
    return context.image().architecture() != Architecture::kX64 || x64::find_vbs_register(name) != nullptr;
}

/// Stops at the first bad register: contexts may share bytes, and a small file could name very many.
void vbs_registers(Context& context, Bytes list, std::uint64_t field) {
    const Bytes entries = list.empty() ? list : list.subspan(sizeof(U32));
    const std::size_t count = entries.size() / sizeof(x64::VbsRegister);
    if (count == 0 || count > x64::register_table().size())
        return context.report(Rule::kVbsRegisters, list.empty() ? field : context.offset_of(list),
                              "the context has {} registers", count);
    const std::uint8_t vtl = read<x64::VbsRegister>(entries, 0)->vtl;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = i * sizeof(x64::VbsRegister);
        const auto entry = *read<x64::VbsRegister>(entries, place);
        if (entry.vtl == vtl && vtl <= 2 && known_register(context, entry.name)) continue;
        return context.report(Rule::kVbsRegisters, context.offset_of(entries) + place,
                              "register {} has name {:#x} and VTL {}", i, std::uint32_t{entry.name},
                              std::uint8_t{entry.vtl});
    }
}

void contents(Context& context, const Header& header, Bytes payload) {
    const auto field = header.offset_of(FieldKind::kFileOffset);
    const std::uint32_t mask = header.as<VpContext>()->compatibility_mask;
    const ContextFormat format = context.image().context_format(mask);
    if (format == ContextFormat::kVbs) return vbs_registers(context, payload, field);
    if (payload.empty()) return;
    if (format == ContextFormat::kNativeX64) native_tail(context, payload);
    if (format == ContextFormat::kVmsa)
        vmsa(context, payload, context.image().platform_of(mask) == PlatformType::kSnp);
}

/// SNP and SEV-ES keep the context, a VMSA, in guest memory; NATIVE, SEV and VBS do not.
void address(DirectiveState& state, const Header& header) {
    const auto vp = *header.as<VpContext>();
    const ContextFormat format = state.context.image().context_format(vp.compatibility_mask);
    if (format == ContextFormat::kVmsa)
        state.add_extent(header, vp.gpa, kPageSize, vp.compatibility_mask, ExtentKind::kContext);
    const bool elsewhere = format == ContextFormat::kNativeX64 || format == ContextFormat::kVbs;
    if (elsewhere && vp.gpa != std::uint64_t{0})
        state.context.report(Rule::kVpContextAddress, header.offset_of(FieldKind::kGpa), "the GPA is {:#x}",
                             std::uint64_t{vp.gpa});
}

void platform(Context& context, const Header& header, std::uint32_t mask) {
    const std::uint64_t at = header.offset_of(FieldKind::kMask);
    if (std::popcount(mask) > 1)
        context.report(Rule::kVpContextMask, at, "mask {:#x} names {} platforms", mask, std::popcount(mask));
    if ((mask & context.mask_of(PlatformType::kTdx)) != 0)
        context.report(Rule::kVpContextPlatform, at, "mask {:#x} names the TDX platform", mask);
}

}  // namespace

void check_vp_context(DirectiveState& state, const Header& header) {
    Context& context = state.context;
    const auto vp = *header.as<VpContext>();
    const std::uint32_t mask = vp.compatibility_mask;
    platform(context, header, mask);
    address(state, header);
    const auto payload = context.image().payload(header);
    if (!payload) return;
    const std::uint8_t vtl = context.vtl_of(header);
    if (!state.vps.emplace(mask, vp.vp_index, vtl).second)
        context.report(
            Rule::kVpContextRepeated, context.offset_of(header.body) + offsetof(VpContext, vp_index),
            "VP {} has a second context for mask {:#x} and VTL {}", std::uint16_t{vp.vp_index}, mask, vtl);
    if (state.judged.emplace(mask, vp.file_offset).second) contents(context, header, *payload);
}

}  // namespace igvm::check_detail
