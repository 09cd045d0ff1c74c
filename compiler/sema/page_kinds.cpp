#include "sema/page_kinds.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnose/suggest.hpp"
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
    const auto word = call.text(index);
    if (!word) return std::nullopt;
    const auto row = std::ranges::find(kinds(), *word, &NamedValue::name);
    if (row != kinds().end()) return static_cast<PageDataType>(row->value);
    std::vector<std::string_view> names;
    for (const NamedValue& kind : kinds()) names.push_back(kind.name);
    call.fail(index, Code::kWrongArgument,
              fmt::format("there are no pages of kind '{}'; the kinds are {}", *word, fmt::join(names, ", ")),
              did_you_mean(*word, names));
    return std::nullopt;
}

}  // namespace igvm::spec
