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

/// What a start state sets besides kShared.
struct StartInfo {
    model::StartState state;
    Rows code;
    Rows rest;
};
const StartInfo kStarts[] = {
    {model::StartState::kNone, {}, {}},
    {model::StartState::kResetVector, kResetVectorCode, kSixteenBit},
    {model::StartState::kLongMode, {}, kLongMode},
    {model::StartState::kRealMode, kRealModeCode, kSixteenBit},
    {model::StartState::kFlat32, {}, kFlat32},
};

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
    const auto* const info = std::ranges::find(kStarts, start, &StartInfo::state);
    append(registers, info->code, wanted);
    append(registers, info->rest, wanted);
    append(registers, kShared, wanted);
    std::ranges::sort(registers, {}, &model::RegisterValue::info);
    return registers;
}

}  // namespace igvm::spec::ir
