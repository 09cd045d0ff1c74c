#include "generate/start_state.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "igvm/describe.hpp"

namespace igvm::spec::generate {
namespace {

using x64::Segment;

using Encodings = unsigned;
constexpr Encodings kVmsa = 1U << static_cast<unsigned>(ContextFormat::kVmsa);
constexpr Encodings kNative = 1U << static_cast<unsigned>(ContextFormat::kNativeX64);
constexpr Encodings kVbs = 1U << static_cast<unsigned>(ContextFormat::kVbs);
constexpr Encodings kAll = kVmsa | kNative | kVbs;
constexpr Encodings kNotVbs = kVmsa | kNative;

struct StartRow {
    std::string_view name;
    std::variant<std::uint64_t, Segment> value;
    Encodings encodings = kAll;
};

constexpr Segment kResetData{0, 0x93, 0xFFFF, 0};
constexpr Segment kFlatData{0x10, 0xC093, 0xFFFFFFFF, 0};
constexpr Segment kTable{0, 0, 0xFFFF, 0};

const StartRow kShared[] = {
    {"ldtr", Segment{0, 0x82, 0xFFFF, 0}, kNotVbs},
    {"tr", Segment{0, 0x8B, 0xFFFF, 0}},
    {"rflags", 0x2U},
    {"xcr0", 0x1U, kNotVbs},
    {"dr6", 0xFFFF0FF0U, kNotVbs},
    {"dr7", 0x400U, kNotVbs},
    {"g_pat", 0x0007040600070406U},
    {"mxcsr", 0x1F80U},
    {"x87_fcw", 0x37FU},
};

constexpr StartRow kResetVectorCode[] = {
    {"cs", Segment{0xF000, 0x9B, 0xFFFF, 0xFFFF0000}},
    {"rip", 0xFFF0U},
};

constexpr StartRow kRealModeCode[] = {
    {"cs", Segment{0, 0x9B, 0xFFFF, 0}},
};

/// 16-bit mode but for the place of the code.
const StartRow kSixteenBit[] = {
    {"es", kResetData},    {"ss", kResetData},       {"ds", kResetData},
    {"fs", kResetData},    {"gs", kResetData},       {"gdtr", kTable},
    {"idtr", kTable},      {"cr0", 0x10U, kVmsa},    {"cr0", 0x60000010U, kNative | kVbs},
    {"cr4", 0x40U, kVmsa}, {"efer", 0x1000U, kVmsa},
};

const StartRow kLongMode[] = {
    {"es", kFlatData},        {"cs", Segment{0x08, 0xA09B, 0xFFFFFFFF, 0}},
    {"ss", kFlatData},        {"ds", kFlatData},
    {"fs", kFlatData},        {"gs", kFlatData},
    {"cr0", 0x80000031U},  // PG, NE, ET, PE
    {"cr4", 0x20U},        // PAE
    {"efer", 0x1500U, kVmsa}, {"efer", 0x500U, kNative | kVbs},
};

const StartRow kFlat32[] = {
    {"es", kFlatData},        {"cs", Segment{0x08, 0xC09B, 0xFFFFFFFF, 0}},
    {"ss", kFlatData},        {"ds", kFlatData},
    {"fs", kFlatData},        {"gs", kFlatData},
    {"cr0", 0x31U},         // NE, ET, PE
    {"cr4", 0x40U, kVmsa},  // MCE
    {"efer", 0x1000U, kVmsa},
};

using Rows = std::span<const StartRow>;

constexpr std::string_view kLongModeNeeds[] = {"rip", "cr3"};
constexpr std::string_view kFlat32Needs[] = {"rip"};

/// What a start state sets besides kShared, and what it leaves to the spec.
struct StartInfo {
    model::StartState state;
    Rows code;
    Rows rest;
    std::span<const std::string_view> needed = {};
    std::uint64_t max_rip = UINT64_MAX;
    std::uint64_t max_address = UINT64_MAX;  ///< of rsp and of the bases of segments
};
const StartInfo kStarts[] = {
    {model::StartState::kNone, {}, {}},
    {model::StartState::kResetVector, kResetVectorCode, kSixteenBit, {}, UINT16_MAX, UINT32_MAX},
    {model::StartState::kLongMode, {}, kLongMode, kLongModeNeeds},
    {model::StartState::kRealMode, kRealModeCode, kSixteenBit, {}, UINT16_MAX, UINT32_MAX},
    {model::StartState::kFlat32, {}, kFlat32, kFlat32Needs, UINT32_MAX, UINT32_MAX},
};

const StartInfo& info_of(model::StartState start) {
    return *std::ranges::find(kStarts, start, &StartInfo::state);
}

void append(std::vector<model::RegisterValue>& registers, std::span<const StartRow> from, Encodings wanted) {
    for (const StartRow& row : from) {
        if (row.encodings & wanted) registers.push_back({x64::find_register(row.name), row.value});
    }
}

}  // namespace

std::vector<model::RegisterValue> start_registers(model::StartState start, PlatformType platform) {
    std::vector<model::RegisterValue> registers;
    if (start == model::StartState::kNone) return registers;
    const Encodings wanted = 1U << static_cast<unsigned>(platform_info(platform).context);
    append(registers, info_of(start).code, wanted);
    append(registers, info_of(start).rest, wanted);
    append(registers, kShared, wanted);
    std::ranges::sort(registers, {}, &model::RegisterValue::info);
    return registers;
}

std::span<const std::string_view> needed_registers(model::StartState start) { return info_of(start).needed; }

std::uint64_t max_value(model::StartState start, const x64::RegisterInfo& info) {
    if (info.name == "rip") return info_of(start).max_rip;
    const bool address = info.name == "rsp" || info.kind == x64::RegisterKind::kSegment;
    return address ? info_of(start).max_address : UINT64_MAX;
}

}  // namespace igvm::spec::generate
