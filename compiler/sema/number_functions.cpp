#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

/// What was meant by the size of a value that has none.
std::string size_help(const Value& value) {
    if (const auto* block = std::get_if<BlockRef>(&value.data))
        return fmt::format("write {}.size", block->block->name->text);
    if (std::holds_alternative<List>(value.data)) return "use len(…)";
    return std::holds_alternative<std::string>(value.data) ? "use len(…), or size(cstr(…))" : "";
}

Value size(Call& call) {
    const auto bytes = call.size(0, size_help);
    if (!bytes) return {};
    return {*bytes, {}};
}

Value offset_of(Call& call) { return call.field_offset(0); }

Value len(Call& call) {
    const Value value = call.value(0);
    if (value.poisoned()) return {};
    if (const auto* list = std::get_if<List>(&value.data)) return {std::uint64_t{list->size()}, {}};
    if (const auto* text = std::get_if<std::string>(&value.data)) return {std::uint64_t{text->size()}, {}};
    return call.fail(0, Code::kTypeMismatch,
                     fmt::format("len takes a list or a string, not {}", type_phrase(value)),
                     std::holds_alternative<model::Blob>(value.data) ? "the number of bytes is size(…)" : "");
}

/// Value and alignment, checked.
struct Alignment {
    std::uint64_t value;
    std::uint64_t mask;
};

std::optional<Alignment> alignment(Call& call) {
    const auto value = call.integer(0);
    const auto step = call.integer(1);
    if (!value || !step) return std::nullopt;
    if (!std::has_single_bit(*step)) {
        call.fail(1, Code::kWrongArgument, fmt::format("the alignment {:#x} is not a power of two", *step));
        return std::nullopt;
    }
    return Alignment{*value, *step - 1};
}

Value align_up(Call& call) {
    const auto a = alignment(call);
    if (!a) return {};
    const auto aligned = igvm::align_up(a->value, a->mask + 1);
    if (!aligned)
        return call.fail(Code::kOverflow, fmt::format("{:#x} aligned up to {:#x} does not fit in 64 bits",
                                                      a->value, a->mask + 1));
    return {*aligned, {}};
}

Value align_down(Call& call) {
    const auto a = alignment(call);
    if (!a) return {};
    return {a->value & ~a->mask, {}};
}

template <const std::uint64_t& (*kPick)(const std::uint64_t&, const std::uint64_t&)>
Value fold(Call& call) {
    auto best = call.integer(0);
    for (std::size_t i = 1; i < call.count(); ++i) {
        const auto next = call.integer(i);
        if (!best || !next) return {};
        best = kPick(*best, *next);
    }
    if (!best) return {};
    return {*best, {}};
}

constexpr Parameter kData = {"data"};
constexpr Parameter kValue = {"value"};
constexpr Parameter kAlignment = {"alignment"};

constexpr auto kFunctions = std::to_array<Function>({
    {"size", {kData}, false, "integer", size, nullptr, "the number of bytes"},
    {"len",
     {kValue},
     false,
     "integer",
     len,
     nullptr,
     "the number of elements of a list, or of bytes of a string"},
    {"align_up",
     {kValue, kAlignment},
     false,
     "integer",
     align_up,
     nullptr,
     "the next multiple of a power of two, or the value if it is one"},
    {"align_down",
     {kValue, kAlignment},
     false,
     "integer",
     align_down,
     nullptr,
     "the last multiple of a power of two that is not above the value"},
    {"min",
     {kValue},
     true,
     "integer",
     fold<std::min<std::uint64_t>>,
     nullptr,
     "the smallest of its arguments"},
    {"max",
     {kValue},
     true,
     "integer",
     fold<std::max<std::uint64_t>>,
     nullptr,
     "the largest of its arguments"},
    {"offsetof",
     {{{"field"}}},
     false,
     "integer",
     offset_of,
     nullptr,
     "the number of bytes before a field in its struct: offsetof(NAME.field)"},
});

}  // namespace

std::span<const Function> number_functions() { return kFunctions; }

}  // namespace igvm::spec
