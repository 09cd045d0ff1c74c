#include "start_state.hpp"

namespace igvm::check_detail {
namespace {

/// Looked up once: a file may have very many contexts.
struct Registers {
    const x64::RegisterInfo* rip = x64::find_register("rip");
    const x64::RegisterInfo* rsp = x64::find_register("rsp");
    const x64::RegisterInfo* rsi = x64::find_register("rsi");
    const x64::RegisterInfo* cr0 = x64::find_register("cr0");
    const x64::RegisterInfo* cr3 = x64::find_register("cr3");
    const x64::RegisterInfo* cr4 = x64::find_register("cr4");
    const x64::RegisterInfo* efer = x64::find_register("efer");
    const x64::RegisterInfo* cs = x64::find_register("cs");
    const x64::RegisterInfo* gdtr = x64::find_register("gdtr");
    /// A native context has one data segment, which is the stack's as well.
    const x64::RegisterInfo* ss = x64::find_register("ss");
    const x64::RegisterInfo* ds = x64::find_register("ds");
};

template <class T>
std::optional<T> content(ContextFormat format, Bytes context, const x64::RegisterInfo& info) {
    const auto found = x64::read_register(format, context, info);
    return found ? std::optional(std::get<T>(*found)) : std::nullopt;
}

}  // namespace

std::string StartState::subject() const {
    return fmt::format("VP {} of {}", vp_index, platform_info(platform).name);
}

x64::Paging StartState::page_tables() const {
    // Where SEV and SEV-ES have their bit depends on the processor: 47 or 51.
    constexpr std::uint64_t kSevBits = x64::kSnpCBit | std::uint64_t{1} << 47;
    const bool sev = platform == PlatformType::kSev || platform == PlatformType::kSevEs;
    return {.cr3 = cr3.value_or(0),
            .levels = has(cr4, x64::kCr4La57) ? 5U : 4U,
            .encryption_bits = sev            ? kSevBits
                               : uses_c_bit() ? x64::kSnpCBit
                                              : 0,
            .no_execute = has(efer, x64::kEferNxe)};
}

std::uint64_t StartState::linear(const OptionalSegment& segment, std::uint64_t effective) const {
    if (long_mode() && code_is_64_bit()) return effective;
    return static_cast<std::uint32_t>((segment ? segment->base : 0) + effective);
}

std::optional<StartState> start_state(const Image& image, const Header& header) {
    static const Registers kRegisters;
    const auto vp = *header.as<VpContext>();
    const auto platform = image.platform_of(vp.compatibility_mask);
    const auto format = platform ? x64_context_format(*platform) : std::nullopt;
    const auto payload = image.payload(header);
    if (!format || image.architecture() != Architecture::kX64 || !payload || payload->empty())
        return std::nullopt;
    const auto value = [&](const x64::RegisterInfo* info) {
        return content<std::uint64_t>(*format, *payload, *info);
    };
    const auto segment = [&](const x64::RegisterInfo* info) {
        return content<x64::Segment>(*format, *payload, *info);
    };
    const bool native = *format == ContextFormat::kNativeX64;
    StartState state{.platform = *platform, .offset = header.offset, .vp_index = vp.vp_index};
    state.rip = value(kRegisters.rip);
    state.rsp = value(kRegisters.rsp);
    state.rsi = value(kRegisters.rsi);
    state.cr0 = value(kRegisters.cr0);
    state.cr3 = value(kRegisters.cr3);
    state.cr4 = value(kRegisters.cr4);
    state.efer = value(kRegisters.efer);
    state.cs = segment(kRegisters.cs);
    state.ss = segment(native ? kRegisters.ds : kRegisters.ss);
    state.gdtr = segment(kRegisters.gdtr);
    if (*format == ContextFormat::kVmsa)
        state.sev_features = *read<U64>(*payload, x64::kVmsaSevFeaturesOffset);
    return state;
}

}  // namespace igvm::check_detail
