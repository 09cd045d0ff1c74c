// Expressions to values: lazy, checked, one platform at a time.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnose/diagnostic.hpp"
#include "inputs/input_files.hpp"
#include "sema/value.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

/// Index among the image's platforms; values may differ from one to the next.
using PlatformIndex = std::uint32_t;

/// The guest physical address of what is being computed; nothing when an error was reported.
using AddressOf = std::function<std::optional<std::uint64_t>()>;

/// Values, and blocks that come after one another, that may each wait for the next: a link of the chain takes
/// up to 13 KiB of an 8 MiB machine stack under AddressSanitizer.
inline constexpr std::uint32_t kMaxWaiting = 300;

/// What regions are like; nothing: either way.
struct RegionFilter {
    std::optional<bool> shared;
    std::optional<bool> measured;
    std::optional<PageDataType> kind;
    friend auto operator<=>(const RegionFilter&, const RegionFilter&) = default;
};

/// What a message adds about a value of the wrong type; nothing: the usual help.
using TypeHelp = std::function<std::string(const Value&)>;

/// A value that is asked for, as messages speak of it.
struct Asked {
    template <std::convertible_to<std::string_view> Text>
    Asked(const Text& text, TypeHelp more = {}) : what(text), help(std::move(more)) {}

    std::string what;  ///< "field 'count'"
    TypeHelp help;
    const Expr* use = nullptr;  ///< the name in whose place the expression of a constant is looked at
};

/// What the evaluator asks of the binder: the named blocks of the image and their properties.
class BlockScope {
  public:
    virtual ~BlockScope() = default;
    /// The block of that name as seen from `use`; poison after an error was reported; nothing: no such block.
    virtual std::optional<Value> find_block(std::string_view name, Span use) = 0;
    /// The block of an iteration, `name` and then `index` such as "[1][2]"; nothing: no block of that name is
    /// repeated.
    virtual std::optional<Value> find_element(std::string_view name, std::string_view index, Span use) = 0;
    virtual std::vector<std::string_view> block_names() const = 0;
    /// Some block has the name, or may have it: in an iteration, in a branch that does not count, behind an
    /// error.
    virtual bool knows(std::string_view) const { return false; }
    /// Where a block of that name is declared in a branch that is not taken.
    virtual std::optional<Span> left_out(std::string_view) const { return std::nullopt; }
    /// `.at`, `.end`, `.size` (an unknown property is reported here, with a suggestion).
    virtual Value property(const Block& block, const Name& property, PlatformIndex platform) = 0;
    /// The data of a region, which the platform must not fill in (reported at `use`).
    virtual std::optional<model::Blob> contents(const Block& block, Span use, PlatformIndex platform) = 0;
    /// The kind of pages of a region; nothing: it is none, or an error was reported.
    virtual std::optional<PageDataType> page_kind(const Block&, PlatformIndex) { return std::nullopt; }
    /// Bytes that the data of a block fills, of a block without data its size; nothing after an error.
    virtual std::optional<std::uint64_t> filled_size(const Block&, PlatformIndex) { return std::nullopt; }
    /// The regions of the platform that fit, in source order.
    virtual std::optional<std::vector<const Block*>> regions(const RegionFilter& filter, Span use,
                                                             PlatformIndex platform) = 0;

    /// The bytes that the name of a block stands for, and how many they are; nothing: it stands for none.
    virtual std::optional<Value> block_bytes(const Block&, PlatformIndex, Span) { return std::nullopt; }
    virtual std::optional<Value> block_bytes_size(const Block&, PlatformIndex, Span) { return std::nullopt; }
    /// Bytes of a struct before a field, whose `index` is that of its iteration; nothing: not a struct.
    virtual std::optional<Value> field_offset(const Block&, const Name&, std::string_view, PlatformIndex) {
        return std::nullopt;
    }
};

/// Evaluates const, param and input declarations and any expression over them. Integers are unsigned 64-bit
/// and checked.
class Evaluator {
  public:
    Evaluator(Diagnostics& diagnostics, InputFiles& inputs);
    ~Evaluator();

    /// Adds the declarations of a parsed file; reports duplicates with the first one's place. The tree must
    /// outlive the evaluator. `folder` is where the file is: default paths of its inputs are relative to it.
    void declare(const Tree& tree, const std::filesystem::path& folder = {});
    /// Sets a declared param from the command line, `text` as written ("64M", "true", any string); reports an
    /// unknown name, a bad value and a second one.
    void set_param(std::string_view name, std::string_view text);
    /// Binds a declared input to a file; reports an unknown name and a second file.
    void set_input(std::string_view name, const std::filesystem::path& path);
    /// Reports what is wrong with the defaults of params that nothing has used. Where the command line gives
    /// a value, only a literal is judged: others may fail for that value alone.
    void check_defaults(PlatformIndex platform);
    /// After declarations and settings: from here on, params and inputs that have no value are errors where
    /// something uses them, each once, at its declaration.
    void require_values();
    /// Such an error was reported.
    bool lacks_values() const;
    /// Reports the params and inputs without a value that the expressions use, of which evaluating one may
    /// have met the first alone.
    void report_missing(std::vector<const Expr*> exprs, PlatformIndex platform);
    /// Reports the unknown names and functions of constants and defaults that nothing has used.
    void check_unused();
    /// Null when there is none of that name.
    const Declaration* find_declaration(std::string_view name) const;
    /// Params in declaration order with the value in effect, as text.
    std::vector<std::pair<std::string, std::string>> params();
    /// Inputs that are bound to a file, in declaration order: name and path.
    std::vector<std::pair<std::string, std::filesystem::path>> inputs() const;

    /// Blocks become visible to expressions from here on.
    void attach(BlockScope* scope);

    /// From here on, calls of functions for another architecture are errors.
    void set_architecture(Architecture architecture);

    /// The value; Poison when an error was reported.
    Value evaluate(const Expr& expr, PlatformIndex platform);
    /// The number of bytes of a bytes-valued expression, without its contents where the function allows (le64
    /// is 8 whatever it holds). A wrong type is reported where the name stands that is asked about.
    std::optional<std::uint64_t> size_of(const Expr& expr, PlatformIndex platform, const Asked& asked);

    /// The offset in a bytes-valued expression of the first instruction that runs, where the expression loads
    /// a program: an integer, or poison; nothing for other bytes.
    std::optional<Value> entry_of(const Expr& expr, PlatformIndex platform);

    /// The branch of a conditional that counts; null after an error was reported.
    const Expr* chosen(const Expr& conditional, PlatformIndex platform);

    /// Typed forms: report a wrong type (naming what was asked) and give nothing.
    std::optional<std::uint64_t> integer(const Expr& expr, PlatformIndex platform, const Asked& asked,
                                         std::uint64_t max = UINT64_MAX);
    std::optional<bool> boolean(const Expr& expr, PlatformIndex platform, const Asked& asked);
    std::optional<std::string> text(const Expr& expr, PlatformIndex platform, const Asked& asked);
    std::optional<model::Blob> bytes(const Expr& expr, PlatformIndex platform, const Asked& asked);

    /// The same of a value that is there already, e.g. an element of a list.
    std::optional<std::uint64_t> integer(const Value& value, const Asked& asked,
                                         std::uint64_t max = UINT64_MAX);
    std::optional<std::string> text(const Value& value, const Asked& asked);
    std::optional<List> list(const Value& value, const Asked& asked);

    /// Bytes that will lie at the guest physical address `address`, computed once a `key`: when the
    /// expression is a call, the function may ask for the address. `name` is for the trace of a cycle.
    std::optional<model::Blob> placed_bytes(const void* key, const Expr& expr, PlatformIndex platform,
                                            std::string name, const Asked& asked, const AddressOf& address);

    /// Keeps a value for expressions of the kind kKnown; gives its number.
    std::uint64_t keep(Value value);
    /// The number as a message about the expression shows it: decimal when the spec wrote it so.
    std::string shown(std::uint64_t number, const Expr& expr) const;

    /// Memory for a value that is computed elsewhere; false with an error at `place` when it is too much.
    bool take_memory(std::uint64_t bytes, Span place);

    /// Runs `compute` under the cycle guard: `key` and `platform` name the thing being evaluated (a
    /// declaration or an attribute), `name` and `span` are for the trace. Remembers the result; reports a
    /// cycle with its whole path.
    template <class F>
    Value guarded(const void* key, PlatformIndex platform, std::string name, Span span, F&& compute);

    struct State;

  private:
    /// Not finished yet: begin → nothing; cycle or known result → that.
    std::optional<Value> begin(const void* key, PlatformIndex platform, std::string name, Span span);
    Value finish(const void* key, PlatformIndex platform, Value value);

    std::unique_ptr<State> state_;
};

template <class F>
Value Evaluator::guarded(const void* key, PlatformIndex platform, std::string name, Span span, F&& compute) {
    if (auto known = begin(key, platform, std::move(name), span)) return *std::move(known);
    return finish(key, platform, compute());
}

}  // namespace igvm::spec
