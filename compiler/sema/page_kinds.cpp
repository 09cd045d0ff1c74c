#include "sema/page_kinds.hpp"

#include <algorithm>
#include <vector>

#include "igvm/describe.hpp"

namespace igvm::spec {
namespace {

std::span<const NamedValue> kinds() {
    static const FieldInfo& field =
        *find_header(static_cast<std::uint32_t>(HeaderType::kPageData))->field("data_type");
    return field.names;
}

}  // namespace

std::string_view page_kind_name(PageDataType type) {
    const auto row = std::ranges::find(kinds(), static_cast<std::uint64_t>(type), &NamedValue::value);
    return row == kinds().end() ? "unknown" : row->name;
}

std::optional<PageDataType> page_kind(Call& call, std::size_t index) {
    std::vector<std::string_view> names;
    for (const NamedValue& kind : kinds()) names.push_back(kind.name);
    const auto found = call.one_of(index, names, "are no pages of kind", "the kinds");
    if (!found) return std::nullopt;
    return static_cast<PageDataType>(kinds()[*found].value);
}

}  // namespace igvm::spec
