#include <array>

#include <fmt/format.h>

#include "inputs/ovmf.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

/// In the order of FirmwareError::Kind.
constexpr std::array kCodes = {Code::kOvmfTableMissing, Code::kOvmfSectionMissing, Code::kOvmfMalformed};

Value fail(Call& call, const ovmf::FirmwareError& error) {
    return call.fail(0, kCodes[static_cast<std::size_t>(error.kind)],
                     fmt::format("{} (at byte {:#x} of the firmware)", error.detail, error.offset));
}

template <ovmf::SevSectionType kType>
Value section_page(Call& call) {
    const auto firmware = call.bytes(0);
    if (!firmware) return {};
    const auto section = ovmf::sev_section(firmware->bytes, kType);
    if (!section) return fail(call, section.error());
    return {std::uint64_t{section->gpa}, {}};
}

List fields(const ovmf::SevSection& s) {
    return {{std::uint64_t{s.gpa}, {}}, {std::uint64_t{s.size}, {}}, {std::uint64_t{s.type}, {}}};
}

List fields(const ovmf::TdxSection& s) {
    return {{std::uint64_t{s.data_offset}, {}}, {std::uint64_t{s.raw_size}, {}},  {s.gpa, {}}, {s.size, {}},
            {std::uint64_t{s.type}, {}},        {std::uint64_t{s.attributes}, {}}};
}

template <auto kRead>
Value sections(Call& call) {
    const auto firmware = call.bytes(0);
    if (!firmware || !call.take_reading(firmware->bytes.size())) return {};
    const auto read = kRead(firmware->bytes);
    if (!read) return fail(call, read.error());
    if (!call.take_memory(read->size() * 7 * sizeof(Value))) return {};
    List list;
    for (const auto& section : *read) list.push_back({fields(section), {}});
    return {std::move(list), {}};
}

Value table(Call& call) {
    auto firmware = call.bytes(0);
    const auto text = call.text(1);
    if (!firmware || !text) return {};
    const auto guid = parse_guid(*text);
    if (!guid)
        return call.fail(1, Code::kWrongArgument, "the string is not a GUID",
                         "a GUID looks like 96b582de-1fb2-45f7-baea-a366c55a082d");
    const auto data = ovmf::table_entry(firmware->bytes, *guid);
    if (!data) return fail(call, data.error());
    firmware->bytes = *data;
    return {*std::move(firmware), {}};
}

constexpr Parameter kFirmware = {"firmware"};

constexpr auto kFunctions = std::to_array<Function>({
    {"ovmf.secrets_page",
     {kFirmware},
     false,
     "integer",
     section_page<ovmf::SevSectionType::kSecrets>,
     nullptr,
     "the GPA of the SEV-SNP secrets page"},
    {"ovmf.cpuid_page",
     {kFirmware},
     false,
     "integer",
     section_page<ovmf::SevSectionType::kCpuid>,
     nullptr,
     "the GPA of the SEV-SNP CPUID page"},
    {"ovmf.sev_sections",
     {kFirmware},
     false,
     "list",
     sections<ovmf::sev_sections>,
     nullptr,
     "the SEV metadata: a list of [gpa, size, type]"},
    {"ovmf.tdx_sections",
     {kFirmware},
     false,
     "list",
     sections<ovmf::tdx_sections>,
     nullptr,
     "the TDX metadata: a list of [data_offset, raw_size, gpa, size, type, attributes]"},
    {"ovmf.table",
     {kFirmware, {"guid"}},
     false,
     "bytes",
     table,
     nullptr,
     "the data of an entry of the firmware's GUID-ed table"},
});

}  // namespace

std::span<const Function> ovmf_functions() { return kFunctions; }

}  // namespace igvm::spec
