#include "igvm/image.hpp"

namespace igvm {

std::optional<std::uint64_t> Header::value(FieldKind kind) const {
    const FieldInfo* field = info == nullptr ? nullptr : info->field(kind);
    if (field == nullptr) return std::nullopt;
    return field_value(body, *field);
}

std::uint64_t Header::offset_of(FieldKind kind) const {
    const FieldInfo* field = info == nullptr ? nullptr : info->field(kind);
    return field == nullptr ? offset : offset + sizeof(VariableHeader) + field->offset;
}

}  // namespace igvm
