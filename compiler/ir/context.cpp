#include "ir/context.hpp"

#include "ir/start_state.hpp"

namespace igvm::spec::ir {
namespace {

/// Every context but the VBS register list is a page in the file.
std::vector<std::uint8_t> raw_context(const model::VpContext& context) {
    const Bytes raw = context.raw->bytes;
    std::vector<std::uint8_t> bytes(raw.begin(), raw.end());
    if (context.platform != PlatformType::kVbs && bytes.size() < kPageSize) bytes.resize(kPageSize);
    return bytes;
}

std::uint64_t sev_features(const model::VpContext& context) {
    return context.sev_features | (context.platform == PlatformType::kSnp ? x64::kSevFeatureSnp : 0);
}

}  // namespace

std::optional<ContextKind> context_kind(PlatformType platform) {
    switch (platform) {
        case PlatformType::kSnp:
        case PlatformType::kSevEs:
            return ContextKind::kVmsa;
        case PlatformType::kNative:
        case PlatformType::kSev:
            return ContextKind::kNative;
        case PlatformType::kVbs:
            return ContextKind::kVbs;
        case PlatformType::kTdx:
        case PlatformType::kCca:
            break;
    }
    return std::nullopt;
}

std::vector<std::uint8_t> encode_context(const model::VpContext& context) {
    if (context.raw) return raw_context(context);
    std::vector<model::RegisterValue> registers = start_registers(context.start, context.platform);
    registers.insert(registers.end(), context.registers.begin(), context.registers.end());
    switch (context_kind(context.platform).value_or(ContextKind::kNative)) {
        case ContextKind::kVmsa:
            return encode_vmsa(registers, sev_features(context));
        case ContextKind::kVbs:
            return encode_vbs(registers, context.vtl);
        case ContextKind::kNative:
            break;
    }
    return encode_native(registers);
}

}  // namespace igvm::spec::ir
