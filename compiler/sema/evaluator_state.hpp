// What the parts of the evaluator share.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sema/allowance.hpp"
#include "sema/evaluate.hpp"

namespace igvm::spec {

/// A declaration and what the command line says about it.
struct Declared {
    const Declaration* declaration = nullptr;
    std::filesystem::path folder;     ///< of the declaring file
    std::optional<Value> param = {};  ///< from the command line; poison after an error was reported
    std::optional<std::filesystem::path> file = {};  ///< of an input, once known
    bool is_default = false;                         ///< the file is the one that the spec names
    bool used = false;                               ///< something asked for the value
    std::uint32_t turn = 0;                          ///< of the declaring file
    bool disputed = false;                           ///< declared twice: it is not known which value is meant
};

struct Evaluator::State {
    struct Key {
        const void* thing;
        PlatformIndex platform;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return std::hash<const void*>{}(key.thing) * 31 + key.platform;
        }
    };
    /// An expression whose value will lie at a known address, rather than inside another value.
    struct Placed {
        const Expr* expr = nullptr;
        const AddressOf* address = nullptr;
    };
    struct Frame {
        Key key;
        std::string name;
        Span span;
        Placed outer;
        bool contents = false;  ///< rather than an address, a size or a declaration
    };

    State(Diagnostics& d, InputFiles& i) : diagnostics(d), inputs(i) {}

    Declared* find(std::string_view name);
    /// What a -p or -i option sets; null after an error was reported.
    Declared* settable(std::string_view name, Declaration::Kind kind);
    /// Computes what a declaration needs in any case, what others wait for first: then it waits for little.
    void settle(Evaluator& evaluator, Declared& declared, PlatformIndex platform);
    /// The value of a declaration, computed once.
    Value value_of(Evaluator& evaluator, Declared& declared, PlatformIndex platform);
    /// The same without the cycle guard.
    Value evaluate_declared(Evaluator& evaluator, Declared& declared, PlatformIndex platform);
    /// What the spec says that it is, whatever the command line says; checked against the declared type.
    Value evaluate_written(Evaluator& evaluator, const Declaration& declaration, PlatformIndex platform);
    void check_declaration(const Declaration& declaration) const;
    void report_second(Declared& first_one, const Declaration& declaration, std::uint32_t turn);
    /// Works out the default path of an input that has no file yet.
    void locate(Evaluator& evaluator, Declared& declared);
    std::optional<std::string> bare_path(const Expr& expr);
    Value open_input(Declared& declared);
    /// Without a value: reports that where values are required.
    void miss(const Declaration& declaration);
    /// The input whose file the expression is, perhaps by the name of a constant; null: something else.
    const Declared* find_input(const Expr& expr);
    void report_cycle(const Key& key, Span span);
    /// Reports once that the spec computes too much; everything after is poison.
    void exhaust(Span span);
    /// "did you mean 'x'?" or nothing.
    std::string suggest(std::string_view word, const std::vector<std::string_view>& names) const;
    /// What was meant instead of an unknown type, or which types there are.
    std::string type_help(std::string_view word) const;
    std::vector<std::string_view> declared_names(Declaration::Kind kind) const;

    Diagnostics& diagnostics;
    InputFiles& inputs;
    BlockScope* scope = nullptr;
    std::optional<Architecture> architecture;  ///< of the image, once known
    std::vector<Declared> declared;            ///< in declaration order
    std::map<std::string, std::size_t, std::less<>> by_name;
    std::unordered_map<Key, std::optional<Value>, KeyHash> results;  ///< empty: being computed
    std::vector<Value> known;  ///< what expressions of that kind stand for
    std::vector<Frame> stack;
    std::size_t depth = 0;
    bool too_deep = false;                      ///< and reported
    std::unordered_set<Key, KeyHash> circular;  ///< known to need themselves
    Placed placed;
    std::set<std::pair<const Declared*, std::string>> refused;  ///< what was said about the files of inputs
    Allowance allowance;
    bool exhausted = false;
    bool required = false;  ///< what has no value is an error where it is used
    bool missing = false;   ///< such an error was reported
};

}  // namespace igvm::spec
