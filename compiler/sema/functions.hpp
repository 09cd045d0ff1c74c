// The functions of the language: one table.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "inputs/input_error.hpp"
#include "sema/evaluator_state.hpp"

namespace igvm::spec {

class Call;

struct Parameter {
    std::string_view name;  ///< empty: the function has no parameter here
    bool optional = false;
    bool by_name = false;  ///< has no position
};

/// One function. `size` gives the number of bytes of the result without its contents; null: the contents are
/// needed.
struct Function {
    static constexpr std::size_t kMaxParameters = 12;

    std::string_view name;  ///< with its module: "ovmf.table"
    std::array<Parameter, kMaxParameters> parameters;
    bool variadic = false;    ///< the last parameter with a position may be repeated
    std::string_view result;  ///< type name
    Value (*evaluate)(Call&) = nullptr;
    std::optional<std::uint64_t> (*size)(Call&) = nullptr;
    std::string_view doc;  ///< one line
    /// The offset in the result of the first instruction that runs; null: the result is not a program.
    std::optional<std::uint64_t> (*entry)(Call&) = nullptr;
};

std::span<const Function> number_functions();
std::span<const Function> byte_functions();
std::span<const Function> reading_functions();
std::span<const Function> elf_functions();
std::span<const Function> linux_functions();
std::span<const Function> ovmf_functions();
std::span<const Function> igvm_functions();
std::span<const Function> map_functions();
std::span<const Function> x64_functions();
std::span<const Function> hash_functions();

/// Parameters that positional arguments are for; those without a position come after them.
std::size_t positional_count(const Function& function);

/// By name with module; null when there is none.
const Function* find_function(std::string_view name);
std::vector<std::string_view> function_names();
/// The one architecture that a function is for, if it is for one.
std::optional<Architecture> architecture_of(const Function& function);
/// True for the part before the dot of some function.
bool is_module(std::string_view name);

/// A call whose arguments are bound to the function's parameters. Getters evaluate one argument; after
/// nothing an error was reported and the function returns `Value{}`.
class Call {
  public:
    Call(Evaluator& evaluator, Evaluator::State& state, const Expr& expr, const Function& function,
         PlatformIndex platform)
        : evaluator_(evaluator), state_(state), expr_(expr), function_(function), platform_(platform) {}

    /// Binds the arguments; false when an error was reported.
    bool bind();

    Span span() const { return expr_.span; }
    /// "argument 'data' of concat".
    std::string what(std::size_t index) const;
    std::size_t count() const { return arguments_.size(); }
    bool has(std::size_t index) const { return index < arguments_.size() && arguments_[index] != nullptr; }

    std::optional<std::uint64_t> integer(std::size_t index, std::uint64_t max = UINT64_MAX);
    std::optional<bool> boolean(std::size_t index);
    std::optional<std::string> text(std::size_t index);
    /// Which of `names` a string argument is; nothing after an error: "there is no platform 'x'; they are
    /// snp, tdx", where `no_such` is "is no platform" and `all` is "they".
    std::optional<std::size_t> one_of(std::size_t index, const std::vector<std::string_view>& names,
                                      std::string_view no_such, std::string_view all);
    std::optional<model::Blob> bytes(std::size_t index);
    Value value(std::size_t index);
    std::optional<List> list(std::size_t index);
    /// Of elements of a list; `what` names them in messages. A list is about to be read through.
    std::optional<std::uint64_t> integer(const Value& element, std::string_view what,
                                         std::uint64_t max = UINT64_MAX);
    std::optional<std::string> text(const Value& element, std::string_view what);
    std::optional<List> list(const Value& element, std::string_view what);
    /// The elements of an argument that is written out as a list; null: it is not.
    const std::vector<ExprPtr>* elements(std::size_t index);
    Value evaluate(const Expr& expr) { return evaluator_.evaluate(expr, platform_); }
    /// A number, or the address of a block; the second form of an argument that was evaluated.
    std::optional<std::uint64_t> address_of(std::size_t index, std::uint64_t max = UINT64_MAX);
    std::optional<std::uint64_t> address_of(std::size_t index, const Value& given, std::uint64_t max);
    struct Extent {
        std::uint64_t address = 0;
        std::uint64_t size = 0;  ///< bytes; address + size does not wrap
    };
    /// Where a block lies, the list [address, size], or gpa and size of a record.
    std::optional<Extent> extent(const Value& given, std::string_view what);
    /// The same, but of a region only the bytes that its data fills.
    std::optional<Extent> filled_extent(const Value& given, std::string_view what);
    /// The kind of the region that the value names; nothing: it names none.
    std::optional<PageDataType> page_kind(const Value& given);
    /// `NAME.field` or `NAME.field[i]`: the bytes before the field in its struct.
    Value field_offset(std::size_t index);
    /// The number of bytes of an argument, without its contents where possible.
    std::optional<std::uint64_t> size(std::size_t index, TypeHelp help = {});

    /// The guest physical address where the result will lie; reports an error unless the call is by itself
    /// the data of a block.
    std::optional<std::uint64_t> address();

    /// `.at` or `.size` of a value that is a block.
    std::optional<std::uint64_t> property(const Value& block, std::string_view name);
    /// What lies in the pages of a value that is a region, without the zeros at the end.
    std::optional<model::Blob> contents(const Value& region);
    std::optional<std::vector<const Block*>> regions(const RegionFilter& filter);

    /// Room for a computed value of `size` bytes; nothing when that is too much.
    std::optional<std::vector<std::uint8_t>> buffer(std::uint64_t size);
    bool take_memory(std::uint64_t bytes);
    bool take_reading(std::uint64_t bytes);

    /// Reports an error at an argument, and at the whole call. Both give poison.
    Value fail(std::size_t index, Code code, std::string message, std::string help = {});
    Value fail(Code code, std::string message, std::string help = {});
    Value fail(const Value& element, Code code, std::string message, std::string help = {});
    /// Reports `size` bytes at `offset` of data that has `total`.
    Value fail_outside(std::uint64_t offset, std::uint64_t size, std::uint64_t total);
    /// Reports what is wrong in the bytes that an argument is, once a file of an input; `noun` names the kind
    /// of file.
    Value fail_input(std::size_t index, const InputError& error, std::string_view noun);

    static Value result(std::vector<std::uint8_t> bytes);

    /// The function's value. When there is none, the arguments that it did not come to are evaluated all the
    /// same: for what is wrong in them.
    Value evaluate();

  private:
    /// An argument that the function looks at.
    const Expr& argument(std::size_t index) {
        seen_[index] = true;
        return *arguments_[index];
    }
    /// A property of a block that is a number.
    std::optional<std::uint64_t> property(const Block& block, std::string_view name, Span use);
    /// The place of a value, or the call where the value has none.
    Span place_of(const Value& value) const;
    bool place(std::size_t argument);
    std::optional<std::size_t> parameter_of(std::size_t argument);
    bool check_required();
    Asked asked(std::size_t index, std::string_view wanted, TypeHelp help = {}) const;
    std::string order_help(std::size_t index, std::string_view wanted) const;

    Evaluator& evaluator_;
    Evaluator::State& state_;
    const Expr& expr_;
    const Function& function_;
    PlatformIndex platform_;
    std::vector<const Expr*> arguments_;  ///< by parameter; null: left out
    std::vector<bool> seen_;              ///< of the arguments
};

}  // namespace igvm::spec
