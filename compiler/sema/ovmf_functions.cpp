#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "inputs/ovmf.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

Value number(std::uint64_t value) { return {value, {}}; }

Value fail(Call& call, const InputError& error) { return call.fail_input(0, error, "firmware"); }

template <ovmf::SevSectionType kType>
Value section_page(Call& call) {
    const auto firmware = call.bytes(0);
    if (!firmware || !call.take_reading(firmware->bytes.size())) return {};
    const auto section = ovmf::sev_section(firmware->bytes, kType);
    if (!section) return fail(call, section.error());
    return number(section->gpa);
}

Value record(const ovmf::Section& s) {
    return make_record({{"gpa", number(s.gpa)}, {"size", number(s.size)}, {"type", number(s.type)}});
}

Value record(const ovmf::TdxSection& s) {
    return make_record({{"data_offset", number(s.data_offset)},
                        {"raw_size", number(s.raw_size)},
                        {"gpa", number(s.gpa)},
                        {"size", number(s.size)},
                        {"type", number(s.type)},
                        {"attributes", number(s.attributes)}});
}

template <auto kRead>
Value sections(Call& call) {
    const auto firmware = call.bytes(0);
    if (!firmware || !call.take_reading(firmware->bytes.size())) return {};
    const auto read = kRead(firmware->bytes);
    if (!read) return fail(call, read.error());
    if (!call.take_memory(read->size() * (sizeof(Value) + 6 * sizeof(Member)))) return {};
    List list;
    for (const auto& section : *read) list.push_back(record(section));
    return {std::move(list), {}};
}

/// The members that a section of the IGVM metadata gives to the record.
struct IgvmRow {
    ovmf::IgvmSectionType type;
    std::string_view address;
    std::string_view size;
};
constexpr auto kIgvmRows = std::to_array<IgvmRow>({
    {ovmf::IgvmSectionType::kParameterArea, "gpa", "size"},
    {ovmf::IgvmSectionType::kMemoryMap, "memory_map", "memory_map_size"},
    {ovmf::IgvmSectionType::kVpCount, "vp_count", "vp_count_size"},
    {ovmf::IgvmSectionType::kHobArea, "hob_gpa", "hob_size"},
});

Value igvm_params(Call& call) {
    const auto firmware = call.bytes(0);
    if (!firmware || !call.take_reading(firmware->bytes.size())) return {};
    const auto sections = ovmf::igvm_sections(firmware->bytes);
    if (!sections) return fail(call, sections.error());
    std::vector<Member> fields;
    for (const IgvmRow& row : kIgvmRows) {
        const auto section =
            std::ranges::find(*sections, static_cast<std::uint32_t>(row.type), &ovmf::Section::type);
        if (section == sections->end()) continue;
        fields.push_back({row.address, number(section->gpa)});
        fields.push_back({row.size, number(section->size)});
    }
    return make_record(std::move(fields));
}

Value reset_vector(Call& call) {
    const auto firmware = call.bytes(0);
    if (!firmware) return {};
    const auto address = ovmf::ap_reset_vector(firmware->bytes);
    return address ? number(*address) : fail(call, address.error());
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
     "the SEV metadata: a list of records with gpa, size and type (1 memory, 2 secrets page, 3 CPUID "
     "page, 4 calling area of SVSM, 0x10 page of kernel hashes)"},
    {"ovmf.tdx_sections",
     {kFirmware},
     false,
     "list",
     sections<ovmf::tdx_sections>,
     nullptr,
     "the TDX metadata, of the table or of firmware that has it without one: a list of records with "
     "data_offset and raw_size (in the firmware), gpa, size, type (0 boot firmware volume, 1 "
     "configuration firmware volume, 2 TD HOB, 3 temporary memory, 4 permanent memory, 5 payload, 6 "
     "payload parameters) and attributes (bit 0 MR.EXTEND: the contents are measured; bit 1 PAGE.AUG: the "
     "pages are added when the guest accepts them)"},
    {"ovmf.igvm_params",
     {kFirmware},
     false,
     "record",
     igvm_params,
     nullptr,
     "the IGVM metadata: gpa and size of the parameter area, the offsets memory_map and vp_count in it, "
     "hob_gpa and hob_size; those that the firmware has"},
    {"ovmf.reset_vector",
     {kFirmware},
     false,
     "integer",
     reset_vector,
     nullptr,
     "where application processors start under SEV-ES: CS base in the upper 16 bits, IP in the lower"},
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
