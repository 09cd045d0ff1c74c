#include "inputs/ovmf.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace igvm::spec::ovmf {
namespace {

/// The end of a table entry: its data stands before it.
struct EntryTail {
    U16 length;  ///< of data and tail
    Guid guid;
};
static_assert(sizeof(EntryTail) == 18);

struct DescriptorHead {
    std::array<char, 4> signature;
    U32 length;  ///< of head and sections, in bytes
    U32 version;
    U32 count;
};

struct SectionBytes {
    U32 gpa, size, type;
};

struct TdxSectionBytes {
    U32 data_offset, raw_size;
    U64 gpa, size;
    U32 type, attributes;
};

constexpr std::uint64_t kTableEndFromImageEnd = 32;
constexpr std::string_view kResetBlockGuid = "00f771de-1a7e-4fcb-890e-68c77e2fb44e";
constexpr std::string_view kFooterGuid = "96b582de-1fb2-45f7-baea-a366c55a082d";

/// A list of sections that a table entry points to.
struct Descriptor {
    std::string_view name;
    std::string_view guid;
    std::string_view signature;
    std::uint64_t section_size;
};
constexpr Descriptor kSev = {"SEV metadata", "dc886566-984a-4798-a75e-5585a7bf67cc", "ASEV",
                             sizeof(SectionBytes)};
constexpr Descriptor kIgvm = {"IGVM metadata", "784fa70e-3176-4677-8a20-04b68699e374", "IGVM",
                              sizeof(SectionBytes)};
constexpr Descriptor kTdx = {"TDX metadata", "e47a6535-984a-4798-865e-4685a7bf8ec2", "TDVF",
                             sizeof(TdxSectionBytes)};

/// [begin, end) of the entries, without the footer.
struct TableRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

InputResult<TableRange> find_table(Bytes image) {
    if (image.size() < kTableEndFromImageEnd + sizeof(EntryTail))
        return input_error(
            Code::kOvmfTableMissing, 0,
            fmt::format("the image of {} bytes is too small to hold a GUID-ed table", image.size()));
    const std::uint64_t table_end = image.size() - kTableEndFromImageEnd;
    const std::uint64_t footer = table_end - sizeof(EntryTail);
    const auto tail = read<EntryTail>(image, footer);
    if (tail->guid != parse_guid(kFooterGuid))
        return input_error(Code::kOvmfTableMissing, footer,
                           fmt::format("no GUID-ed table: the footer GUID is {}, not {}",
                                       to_string(tail->guid), kFooterGuid));
    if (tail->length < sizeof(EntryTail) || tail->length > table_end)
        return input_error(Code::kOvmfMalformed, footer,
                           fmt::format("the GUID-ed table has a length of {} bytes, which is outside 18..{}",
                                       std::uint16_t{tail->length}, table_end));
    return TableRange{table_end - tail->length, footer};
}

template <Wire T>
std::vector<T> read_sections(Bytes bytes) {
    std::vector<T> sections;
    for (std::uint64_t offset = 0; const auto section = read<T>(bytes, offset); offset += sizeof(T))
        sections.push_back(*section);
    return sections;
}

/// The offset in the image of the descriptor, which its table entry counts from the end of the image.
InputResult<std::uint64_t> find_descriptor(Bytes image, const Descriptor& descriptor) {
    const auto entry = table_entry(image, *parse_guid(descriptor.guid));
    if (!entry) {
        if (entry.error().code != Code::kOvmfSectionMissing) return tl::unexpected(entry.error());
        return input_error(
            Code::kOvmfSectionMissing, entry.error().offset,
            fmt::format("the firmware has no {} (table entry {})", descriptor.name, descriptor.guid));
    }
    const auto entry_offset = static_cast<std::uint64_t>(entry->data() - image.data());
    const auto from_end = read<U32>(*entry, 0);
    if (!from_end || entry->size() != sizeof(U32))
        return input_error(
            Code::kOvmfMalformed, entry_offset,
            fmt::format("the table entry of the {} holds {} bytes, not 4", descriptor.name, entry->size()));
    if (*from_end > image.size())
        return input_error(Code::kOvmfMalformed, entry_offset,
                           fmt::format("the {} is said to start {} bytes before the end of an image of {}",
                                       descriptor.name, std::uint32_t{*from_end}, image.size()));
    return image.size() - *from_end;
}

bool is_signed(const DescriptorHead& head, const Descriptor& descriptor) {
    return std::string_view(head.signature.data(), head.signature.size()) == descriptor.signature;
}

/// The bytes of all sections of the descriptor at an offset in the image.
InputResult<Bytes> section_bytes(Bytes image, const Descriptor& descriptor,
                                 const InputResult<std::uint64_t>& offset) {
    if (!offset) return tl::unexpected(offset.error());
    const auto head = read<DescriptorHead>(image, *offset);
    if (!head)
        return input_error(Code::kOvmfMalformed, *offset,
                           fmt::format("the {} runs past the end of the image", descriptor.name));
    if (!is_signed(*head, descriptor))
        return input_error(
            Code::kOvmfMalformed, *offset,
            fmt::format("the {} does not begin with \"{}\"", descriptor.name, descriptor.signature));
    const std::uint64_t size = head->count * descriptor.section_size;
    const auto sections = slice(image, *offset + sizeof(DescriptorHead), size);
    if (!sections)
        return input_error(Code::kOvmfMalformed, *offset,
                           fmt::format("the {} sections of the {} run past the end of the image",
                                       std::uint32_t{head->count}, descriptor.name));
    if (head->length < size)
        return input_error(
            Code::kOvmfMalformed, *offset,
            fmt::format("the {} has a length of {} bytes, too small for its {} sections", descriptor.name,
                        std::uint32_t{head->length}, std::uint32_t{head->count}));
    return *sections;
}

/// Where the TDX metadata is: as the table says, or in firmware without that entry, as the four bytes say
/// that stand where the table ends. They count from the start of the image.
InputResult<std::uint64_t> find_tdx_descriptor(Bytes image) {
    const auto offset = find_descriptor(image, kTdx);
    if (offset || offset.error().code == Code::kOvmfMalformed || image.size() < kTableEndFromImageEnd)
        return offset;
    const std::uint64_t old_offset = *read<U32>(image, image.size() - kTableEndFromImageEnd);
    const auto head = read<DescriptorHead>(image, old_offset);
    return head && is_signed(*head, kTdx) ? InputResult<std::uint64_t>(old_offset) : offset;
}

InputResult<std::vector<Section>> plain_sections(Bytes image, const Descriptor& descriptor) {
    const auto bytes = section_bytes(image, descriptor, find_descriptor(image, descriptor));
    if (!bytes) return tl::unexpected(bytes.error());
    std::vector<Section> sections;
    for (const auto& section : read_sections<SectionBytes>(*bytes))
        sections.push_back({section.gpa, section.size, section.type});
    return sections;
}

}  // namespace

InputResult<Bytes> table_entry(Bytes image, const Guid& guid) {
    const auto table = find_table(image);
    if (!table) return tl::unexpected(table.error());
    for (std::uint64_t end = table->end; end > table->begin;) {
        const std::uint64_t room = end - table->begin;
        if (room < sizeof(EntryTail))
            return input_error(Code::kOvmfMalformed, table->begin,
                               fmt::format("{} bytes of the GUID-ed table belong to no entry", room));
        const std::uint64_t tail_offset = end - sizeof(EntryTail);
        const auto tail = read<EntryTail>(image, tail_offset);
        if (tail->length < sizeof(EntryTail) || tail->length > room)
            return input_error(
                Code::kOvmfMalformed, tail_offset,
                fmt::format("the table entry {} has a length of {} bytes, which is outside 18..{}",
                            to_string(tail->guid), std::uint16_t{tail->length}, room));
        if (tail->guid == guid) return *slice(image, end - tail->length, tail->length - sizeof(EntryTail));
        end -= tail->length;
    }
    return input_error(Code::kOvmfSectionMissing, table->begin,
                       fmt::format("the firmware's GUID-ed table has no entry {}", to_string(guid)));
}

InputResult<std::vector<Section>> sev_sections(Bytes image) { return plain_sections(image, kSev); }

InputResult<std::vector<Section>> igvm_sections(Bytes image) { return plain_sections(image, kIgvm); }

InputResult<Section> sev_section(Bytes image, SevSectionType type) {
    const auto sections = sev_sections(image);
    if (!sections) return tl::unexpected(sections.error());
    const auto has_type = [type](const Section& s) { return s.type == static_cast<std::uint32_t>(type); };
    const auto first = std::find_if(sections->begin(), sections->end(), has_type);
    if (first == sections->end())
        return input_error(
            Code::kOvmfSectionMissing, *find_descriptor(image, kSev),
            fmt::format("the SEV metadata has no section of type {:#x}", static_cast<std::uint32_t>(type)));
    if (std::find_if(first + 1, sections->end(), has_type) != sections->end())
        return input_error(Code::kOvmfMalformed, *find_descriptor(image, kSev),
                           fmt::format("the SEV metadata has several sections of type {:#x}",
                                       static_cast<std::uint32_t>(type)));
    return *first;
}

InputResult<std::vector<TdxSection>> tdx_sections(Bytes image) {
    const auto bytes = section_bytes(image, kTdx, find_tdx_descriptor(image));
    if (!bytes) return tl::unexpected(bytes.error());
    std::vector<TdxSection> sections;
    for (const auto& section : read_sections<TdxSectionBytes>(*bytes))
        sections.push_back({section.data_offset, section.raw_size, section.gpa, section.size, section.type,
                            section.attributes});
    return sections;
}

InputResult<std::uint32_t> ap_reset_vector(Bytes image) {
    const auto entry = table_entry(image, *parse_guid(kResetBlockGuid));
    if (!entry) return tl::unexpected(entry.error());
    const auto address = read<U32>(*entry, 0);
    if (address && entry->size() == sizeof(U32)) return *address;
    return input_error(Code::kOvmfMalformed, static_cast<std::uint64_t>(entry->data() - image.data()),
                       fmt::format("the SEV-ES reset block holds {} bytes, not 4", entry->size()));
}

}  // namespace igvm::spec::ovmf
