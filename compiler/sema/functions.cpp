#include "sema/functions.hpp"

#include "sema/expressions.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnose/suggest.hpp"

namespace igvm::spec {
namespace {

const std::map<std::string_view, const Function*>& index() {
    static const auto kIndex = [] {
        std::map<std::string_view, const Function*> by_name;
        for (const auto functions :
             {number_functions(), byte_functions(), reading_functions(), elf_functions(), linux_functions(),
              ovmf_functions(), igvm_functions(), map_functions(), x64_functions(), hash_functions()})
            for (const Function& function : functions) by_name.emplace(function.name, &function);
        return by_name;
    }();
    return kIndex;
}

std::size_t parameter_count(const Function& function) {
    const auto used = [](const Parameter& parameter) { return !parameter.name.empty(); };
    return static_cast<std::size_t>(std::ranges::count_if(function.parameters, used));
}

/// [address, size], or gpa and size of a record; anything else: not two numbers.
std::vector<std::uint64_t> address_and_size(const Value& value) {
    const auto* list = std::get_if<List>(&value.data);
    if (list != nullptr) return list->size() == 2 ? integers(value) : std::vector<std::uint64_t>();
    const auto* record = std::get_if<Record>(&value.data);
    if (record == nullptr) return {};
    std::vector<std::uint64_t> numbers;
    for (const std::string_view name : {"gpa", "size"}) {
        const auto member = std::ranges::find(**record, name, &Member::name);
        const auto* number =
            member == (*record)->end() ? nullptr : std::get_if<std::uint64_t>(&member->value.data);
        if (number != nullptr) numbers.push_back(*number);
    }
    return numbers;
}

/// For contents that stand where the place of contents is wanted.
std::string region_help(const Value& value) {
    const bool contents =
        std::holds_alternative<std::string>(value.data) || std::holds_alternative<model::Blob>(value.data);
    return contents ? "put it into a region and give the name of the region" : "";
}

/// "repeat(data, count)"
std::string signature(const Function& function) {
    std::vector<std::string_view> names;
    for (const Parameter& parameter : function.parameters)
        if (!parameter.name.empty()) names.push_back(parameter.name);
    return fmt::format("{}({})", function.name, fmt::join(names, ", "));
}

/// The type that an expression has whatever its parts are; empty: that depends.
std::string_view plain_type(const Evaluator::State& state, const Expr& expr) {
    if (expr.kind == ExprKind::kHex) return "bytes";
    if (expr.kind == ExprKind::kString) return "string";
    if (expr.kind == ExprKind::kInteger) return "integer";
    if (expr.kind == ExprKind::kName) {
        const auto row = state.by_name.find(expr.text);
        const bool is_input = row != state.by_name.end() &&
                              state.declared[row->second].declaration->kind == Declaration::Kind::kInput;
        return is_input ? "bytes" : "";
    }
    const auto name = expr.kind == ExprKind::kCall ? callee_name(*expr.operands[0]) : std::nullopt;
    const Function* function = name ? find_function(*name) : nullptr;
    return function == nullptr ? "" : function->result;
}

}  // namespace

std::size_t positional_count(const Function& function) {
    const auto positional = [](const Parameter& one) { return !one.name.empty() && !one.by_name; };
    return static_cast<std::size_t>(std::ranges::count_if(function.parameters, positional));
}

const Function* find_function(std::string_view name) {
    const auto found = index().find(name);
    return found == index().end() ? nullptr : found->second;
}

std::vector<std::string_view> function_names() {
    std::vector<std::string_view> names;
    for (const auto& [name, function] : index()) names.push_back(name);
    return names;
}

std::optional<Architecture> architecture_of(const Function& function) {
    if (function.name.starts_with("arm64.")) return Architecture::kAArch64;
    const bool x64 = function.name.starts_with("x64.") || function.name.starts_with("linux.");
    return x64 ? std::optional(Architecture::kX64) : std::nullopt;
}

bool is_module(std::string_view name) {
    return std::ranges::any_of(index(), [name](const auto& row) {
        return row.first.size() > name.size() && row.first.starts_with(name) && row.first[name.size()] == '.';
    });
}

bool Call::bind() {
    arguments_.assign(parameter_count(function_), nullptr);
    for (std::size_t argument = 1; argument < expr_.operands.size(); ++argument)
        if (!place(argument)) return false;
    seen_.assign(arguments_.size(), false);
    return check_required();
}

Value Call::evaluate() {
    Value value = function_.evaluate(*this);
    for (std::size_t i = 0; value.poisoned() && i < arguments_.size(); ++i)
        if (has(i) && !seen_[i]) evaluator_.evaluate(*arguments_[i], platform_);
    return value;
}

/// The parameter that the argument is for; grows the list for repeated ones.
std::optional<std::size_t> Call::parameter_of(std::size_t argument) {
    const std::size_t count = parameter_count(function_);
    const bool named =
        argument <= expr_.argument_names.size() && !expr_.argument_names[argument - 1].text.empty();
    if (!named) {
        const std::size_t position = argument - 1;
        const std::size_t positions = positional_count(function_);
        if (position < positions) return position;
        if (function_.variadic) {
            arguments_.push_back(nullptr);
            return arguments_.size() - 1;
        }
        state_.diagnostics.error(
            Code::kWrongArgument, expr_.operands[argument]->span,
            fmt::format("{} takes {} argument{}", function_.name, positions, positions == 1 ? "" : "s"));
        return std::nullopt;
    }
    const Name& name = expr_.argument_names[argument - 1];
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < count; ++i) {
        names.push_back(function_.parameters[i].name);
        if (names.back() == name.text) return i;
    }
    std::string help = state_.suggest(name.text, names);
    if (help.empty()) help = fmt::format("its arguments are {}", fmt::join(names, ", "));
    state_.diagnostics.error(Code::kWrongArgument, name.span,
                             fmt::format("{} has no argument '{}'", function_.name, name.text),
                             std::move(help));
    return std::nullopt;
}

bool Call::place(std::size_t argument) {
    const auto parameter = parameter_of(argument);
    if (!parameter) return false;
    if (arguments_[*parameter] != nullptr) {
        state_.diagnostics.error(Code::kWrongArgument, expr_.operands[argument]->span,
                                 fmt::format("{} is given twice", what(*parameter)));
        return false;
    }
    arguments_[*parameter] = expr_.operands[argument].get();
    return true;
}

bool Call::check_required() {
    for (std::size_t i = 0; i < parameter_count(function_); ++i) {
        if (arguments_[i] != nullptr || function_.parameters[i].optional) continue;
        fail(Code::kWrongArgument, fmt::format("{} is missing", what(i)));
        return false;
    }
    return true;
}

std::string Call::what(std::size_t index) const {
    const bool repeated = index >= parameter_count(function_);
    const std::size_t parameter = repeated ? positional_count(function_) - 1 : index;
    return fmt::format("argument '{}' of {}", function_.parameters[parameter].name, function_.name);
}

/// When an argument that stands elsewhere would fit here.
std::string Call::order_help(std::size_t index, std::string_view wanted) const {
    if (function_.variadic || plain_type(state_, *arguments_[index]) == wanted) return {};
    for (std::size_t other = 0; other < arguments_.size(); ++other) {
        const Expr* argument = arguments_[other];
        const bool fits = argument != nullptr && other != index && plain_type(state_, *argument) == wanted;
        if (fits) return "the order of the arguments is " + signature(function_);
    }
    return {};
}

/// A value of the type is wanted; `help` is for when the order of the arguments seems to be right.
Asked Call::asked(std::size_t index, std::string_view wanted, TypeHelp help) const {
    return {what(index), [this, index, wanted, help = std::move(help)](const Value& value) {
                std::string order = order_help(index, wanted);
                return order.empty() && help ? help(value) : order;
            }};
}

std::optional<std::uint64_t> Call::integer(std::size_t index, std::uint64_t max) {
    return evaluator_.integer(argument(index), platform_, what(index), max);
}

std::optional<bool> Call::boolean(std::size_t index) {
    return evaluator_.boolean(argument(index), platform_, what(index));
}

std::optional<std::string> Call::text(std::size_t index) {
    return evaluator_.text(argument(index), platform_, asked(index, "string"));
}

std::optional<std::size_t> Call::one_of(std::size_t index, const std::vector<std::string_view>& names,
                                        std::string_view no_such, std::string_view all) {
    const auto word = text(index);
    if (!word) return std::nullopt;
    const auto found = std::ranges::find(names, *word);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    fail(index, Code::kWrongArgument,
         fmt::format("there {} '{}'; {} are {}", no_such, *word, all, fmt::join(names, ", ")),
         did_you_mean(*word, names));
    return std::nullopt;
}

std::optional<model::Blob> Call::bytes(std::size_t index) {
    return evaluator_.bytes(argument(index), platform_, asked(index, "bytes"));
}

std::optional<List> Call::list(std::size_t index) { return list(value(index), what(index)); }

std::optional<std::uint64_t> Call::integer(const Value& element, std::string_view what, std::uint64_t max) {
    return evaluator_.integer(element, what, max);
}

std::optional<std::string> Call::text(const Value& element, std::string_view what) {
    return evaluator_.text(element, what);
}

std::optional<List> Call::list(const Value& element, std::string_view what) {
    auto list = evaluator_.list(element, what);
    return list && take_reading(list->size() * sizeof(Value)) ? list : std::nullopt;
}

const std::vector<ExprPtr>* Call::elements(std::size_t index) {
    const Expr& given = argument(index);
    return given.kind == ExprKind::kList ? &given.operands : nullptr;
}

std::optional<std::uint64_t> Call::address() {
    if (state_.placed.expr == &expr_) return (*state_.placed.address)();
    const bool has_at =
        std::ranges::find(function_.parameters, "at", &Parameter::name) != function_.parameters.end();
    fail(Code::kWrongArgument,
         fmt::format("{} cannot tell at which address its result will lie", function_.name),
         fmt::format("let it be the data of a region by itself{}", has_at ? ", or give at = …" : ""));
    return std::nullopt;
}

std::optional<std::uint64_t> Call::property(const Value& block, std::string_view name) {
    const Block& tree = *std::get<BlockRef>(block.data).block;
    const Value value = state_.scope->property(tree, {std::string(name), block.origin}, platform_);
    const auto* number = std::get_if<std::uint64_t>(&value.data);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<model::Blob> Call::contents(const Value& region) {
    return state_.scope->contents(*std::get<BlockRef>(region.data).block, region.origin, platform_);
}

std::optional<std::vector<const Block*>> Call::regions(const RegionFilter& filter) {
    if (state_.scope != nullptr) return state_.scope->regions(filter, expr_.span, platform_);
    fail(Code::kWrongArgument, "regions are known inside an image only");
    return std::nullopt;
}

Value Call::value(std::size_t index) { return evaluator_.evaluate(argument(index), platform_); }

Value Call::field_offset(std::size_t index) {
    const Expr& field_name = argument(index);
    const Expr& member = without_indices(field_name);
    if (member.kind == ExprKind::kPoison) return {};
    if (member.kind == ExprKind::kMember) {
        const Value base = evaluator_.evaluate(*member.operands[0], platform_);
        const auto path = index_path(evaluator_, field_name, platform_);
        if (base.poisoned() || !path) return {};
        const auto* ref = std::get_if<BlockRef>(&base.data);
        const Name field{member.text, member.text_span};
        if (ref != nullptr) {
            auto offset = state_.scope->field_offset(*ref->block, field, *path, platform_);
            if (offset) return *std::move(offset);
        }
    }
    return fail(index, Code::kWrongArgument, fmt::format("{} takes a field of a struct", function_.name),
                fmt::format("write {}(NAME.field)", function_.name));
}

std::optional<std::uint64_t> Call::size(std::size_t index, TypeHelp help) {
    return evaluator_.size_of(argument(index), platform_, asked(index, "bytes", std::move(help)));
}

std::optional<std::vector<std::uint8_t>> Call::buffer(std::uint64_t size) {
    if (size > kMaxValueBytes) {
        fail(Code::kOutOfRange, fmt::format("{} would make {} bytes, more than the limit of {}",
                                            function_.name, size, kMaxValueBytes));
        return std::nullopt;
    }
    if (!take_memory(size)) return std::nullopt;
    return std::vector<std::uint8_t>(static_cast<std::size_t>(size));
}

std::optional<std::uint64_t> Call::property(const Block& block, std::string_view name, Span use) {
    const Value value = state_.scope->property(block, {std::string(name), use}, platform_);
    const auto* number = std::get_if<std::uint64_t>(&value.data);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<std::uint64_t> Call::address_of(std::size_t index, std::uint64_t max) {
    return address_of(index, value(index), max);
}

std::optional<std::uint64_t> Call::address_of(std::size_t index, const Value& given, std::uint64_t max) {
    if (given.poisoned() || std::holds_alternative<std::uint64_t>(given.data))
        return evaluator_.integer(given, what(index), max);
    const auto* reference = std::get_if<BlockRef>(&given.data);
    if (reference == nullptr) {
        fail(index, Code::kTypeMismatch,
             fmt::format("{} is an address or a block, not {}", what(index), type_phrase(given)),
             region_help(given));
        return std::nullopt;
    }
    const auto address = property(*reference->block, "at", given.origin);
    if (!address || *address <= max) return address;
    fail(index, Code::kNarrowing,
         fmt::format("{} is at {:#x}, above its maximum of {:#x}", what(index), *address, max));
    return std::nullopt;
}

std::optional<Call::Extent> Call::extent(const Value& given, std::string_view what) {
    if (given.poisoned()) return std::nullopt;
    if (const auto* reference = std::get_if<BlockRef>(&given.data)) {
        const auto address = property(*reference->block, "at", given.origin);
        const auto size = property(*reference->block, "size", given.origin);
        return address && size ? std::optional(Extent{*address, *size}) : std::nullopt;
    }
    const auto numbers = address_and_size(given);
    if (numbers.size() == 2 && numbers[1] <= UINT64_MAX - numbers[0]) return Extent{numbers[0], numbers[1]};
    fail(given, Code::kWrongArgument,
         fmt::format("{} is a block, the list [address, size] or a record with gpa and size", what),
         region_help(given));
    return std::nullopt;
}

std::optional<Call::Extent> Call::filled_extent(const Value& given, std::string_view what) {
    auto found = extent(given, what);
    const auto* reference = std::get_if<BlockRef>(&given.data);
    if (!found || reference == nullptr) return found;
    const auto filled = state_.scope->filled_size(*reference->block, platform_);
    if (!filled) return std::nullopt;
    found->size = std::min(found->size, *filled);
    return found;
}

std::optional<PageDataType> Call::page_kind(const Value& given) {
    const auto* reference = std::get_if<BlockRef>(&given.data);
    return reference == nullptr ? std::nullopt : state_.scope->page_kind(*reference->block, platform_);
}

bool Call::take_memory(std::uint64_t bytes) {
    if (state_.allowance.take_memory(bytes)) return true;
    state_.exhaust(expr_.span);
    return false;
}

bool Call::take_reading(std::uint64_t bytes) {
    if (state_.allowance.take_reading(bytes)) return true;
    state_.exhaust(expr_.span);
    return false;
}

Value Call::fail(std::size_t index, Code code, std::string message, std::string help) {
    state_.diagnostics.error(code, arguments_[index]->span, std::move(message), std::move(help));
    return {};
}

Value Call::fail(Code code, std::string message, std::string help) {
    state_.diagnostics.error(code, expr_.span, std::move(message), std::move(help));
    return {};
}

Value Call::fail(const Value& element, Code code, std::string message, std::string help) {
    state_.diagnostics.error(code, place_of(element), std::move(message), std::move(help));
    return {};
}

Span Call::place_of(const Value& value) const { return value.origin == Span{} ? expr_.span : value.origin; }

Value Call::fail_outside(std::uint64_t offset, std::uint64_t size, std::uint64_t total) {
    return fail(Code::kOutOfRange,
                fmt::format("{:#x} bytes at {:#x} are not inside data of {:#x} bytes", size, offset, total));
}

Value Call::fail_input(std::size_t index, const InputError& error, std::string_view noun) {
    const Declared* input = state_.find_input(*arguments_[index]);
    if (input == nullptr || !input->file)
        return fail(index, error.code,
                    fmt::format("{} (at byte {:#x} of the {})", error.detail, error.offset, noun),
                    error.help);
    if (!state_.refused.emplace(input, error.detail).second) return {};
    const Name& name = input->declaration->name;
    state_.diagnostics.report(
        {error.code,
         arguments_[index]->span,
         fmt::format("{} (at byte {:#x} of input '{}')", error.detail, error.offset, name.text),
         {},
         {{name.span, fmt::format("input '{}' is the file {}", name.text, input->file->string())}},
         error.help});
    return {};
}

Value Call::result(std::vector<std::uint8_t> bytes) {
    auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    const Bytes view(*owner);
    return {model::Blob{std::move(owner), view}, {}};
}

}  // namespace igvm::spec
