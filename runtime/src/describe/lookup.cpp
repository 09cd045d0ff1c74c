#include <algorithm>

#include "igvm/describe.hpp"

namespace igvm {
namespace {

struct SectionRange {
    Section section;
    std::uint32_t first;
    std::uint32_t last;
};

// Source: igvm_defs 0.4, the IGVM_VHT_RANGE_… constants.
constexpr SectionRange kSections[] = {
    {Section::kPlatform, 0x1, 0x100},
    {Section::kInitialization, 0x101, 0x200},
    {Section::kDirective, 0x301, 0x400},
};

template <class T>
std::uint64_t integer(Bytes body, const FieldInfo& field) {
    return read<Le<T>>(body, field.offset).value_or(T{0});
}

}  // namespace

const FieldInfo* HeaderInfo::field(FieldKind kind) const {
    const auto found = std::ranges::find(fields, kind, &FieldInfo::kind);
    return found == fields.end() ? nullptr : &*found;
}

const FieldInfo* HeaderInfo::field(std::string_view wanted) const {
    const auto found = std::ranges::find(fields, wanted, &FieldInfo::name);
    return found == fields.end() ? nullptr : &*found;
}

std::optional<Section> section_of(std::uint32_t type) {
    for (const SectionRange& range : kSections)
        if (type >= range.first && type <= range.last) return range.section;
    return std::nullopt;
}

std::uint64_t field_value(Bytes body, const FieldInfo& field) {
    switch (field.width) {
        case 1:
            return integer<std::uint8_t>(body, field);
        case 2:
            return integer<std::uint16_t>(body, field);
        case 4:
            return integer<std::uint32_t>(body, field);
        default:
            return integer<std::uint64_t>(body, field);
    }
}

}  // namespace igvm
