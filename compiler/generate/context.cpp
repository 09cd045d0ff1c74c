#include "generate/context.hpp"

#include "generate/start_state.hpp"
#include "igvm/describe.hpp"

namespace igvm::spec::generate {
namespace {

/// Every context but the VBS register list is a page in the file.
std::vector<std::uint8_t> raw_context(const model::VpContext& context) {
    const Bytes raw = context.raw->bytes;
    std::vector<std::uint8_t> bytes(raw.begin(), raw.end());
    if (platform_info(context.platform).context != ContextFormat::kVbs && bytes.size() < kPageSize)
        bytes.resize(kPageSize);
    return bytes;
}

std::uint64_t sev_features(const model::VpContext& context) {
    return context.sev_features | (context.platform == PlatformType::kSnp ? x64::kSevFeatureSnp : 0);
}

}  // namespace

std::vector<std::uint8_t> encode_context(const model::VpContext& context) {
    if (context.raw) return raw_context(context);
    std::vector<model::RegisterValue> registers = start_registers(context.start, context.platform);
    registers.insert(registers.end(), context.registers.begin(), context.registers.end());
    switch (platform_info(context.platform).context) {
        case ContextFormat::kVmsa:
            return encode_vmsa(registers, sev_features(context));
        case ContextFormat::kVbs:
            return encode_vbs(registers, context.vtl);
        case ContextFormat::kNativeX64:
        case ContextFormat::kCca:  // the register table has its places as native ones
        case ContextFormat::kNone:
            break;
    }
    return encode_native(registers);
}

}  // namespace igvm::spec::generate
