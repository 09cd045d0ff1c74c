// The tree: what was written, without meaning.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "source/source.hpp"

namespace igvm::spec {

/// An identifier and where it stands.
struct Name {
    std::string text;
    Span span;
};

enum class ExprKind : std::uint8_t {
    kPoison,       ///< a syntax error stands here; evaluates to nothing, silently
    kInteger,      ///< integer; text as it was written, empty for what was not
    kBool,         ///< integer 0 or 1
    kString,       ///< text, escapes resolved
    kHex,          ///< text holds the raw bytes of hex"…"
    kName,         ///< text
    kList,         ///< operands
    kUnary,        ///< text is the operator; operands[0]
    kBinary,       ///< text is the operator; its operands, two or more, group from the left
    kConditional,  ///< operands: condition, then, else
    kMember,       ///< operands[0] '.' text
    kIndex,        ///< operands[0] '[' operands[1] ']'
    kCall,   ///< operands[0] is the callee; the rest are arguments, named by argument_names (same order;
             ///< empty: positional)
    kKnown,  ///< not of the text: a value that was computed, `integer` is its number
};

struct Expr {
    ExprKind kind = ExprKind::kPoison;
    Span span;
    std::uint64_t integer = 0;
    std::string text;
    Span text_span;  ///< of `text`, for kMember and operators
    std::vector<std::unique_ptr<Expr>> operands;
    std::vector<Name> argument_names;
    std::uint32_t height = 0;  ///< levels of operands below it, while the parser counts them
    bool bracketed = false;    ///< stands in brackets of its own
};
using ExprPtr = std::unique_ptr<Expr>;

/// `on snp, tdx`; empty: all platforms of the enclosing block.
using Scope = std::vector<Name>;

struct Attribute {
    Name name;
    Scope scope;
    ExprPtr value;
    Span span;
};

/// A field of a struct: `u32 length = 4;`
struct Field {
    Name type;
    Name name;
    Scope scope;
    ExprPtr value;
    Span span;
};

struct Assertion {
    ExprPtr condition;
    ExprPtr message;  ///< may be null
    Span span;
};

/// `expect(snp, hex"…", profile = "…");`
struct Expect {
    ExprPtr call;  ///< kCall, whose callee is the word itself, or kPoison
};

/// `use page(1M, code);`
struct Use {
    ExprPtr call;  ///< kCall, whose callee is the name of the fragment
};

struct Block;
struct When;
struct For;

/// What may stand between braces. Controls (When, For, Use) are gone after expansion.
using Entry = std::variant<Attribute, Assertion, Expect, Use, std::unique_ptr<Field>, std::unique_ptr<Block>,
                           std::unique_ptr<When>, std::unique_ptr<For>>;
using Entries = std::vector<Entry>;

/// `when (…) { … } else when (…) { … } else { … }`
struct When {
    struct Branch {
        ExprPtr condition;  ///< null: else, which is the last
        Entries body;
    };
    std::vector<Branch> branches;  ///< never empty
};

/// `for i in first..last { … }`, without `last`, or `for x in list { … }`
struct For {
    Name variable;
    ExprPtr first;  ///< or the list
    ExprPtr last;   ///< null: a list
    Entries body;
    Span span;  ///< the line before the body: what a message points at
};

struct Block {
    Name kind;
    std::optional<Name> name;
    Scope scope;
    std::string doc;          ///< text of the `///` lines before it
    Entries entries;          ///< source order
    Span span;                ///< kind, name and scope: what a message points at
    Span end;                 ///< the closing brace
    bool incomplete = false;  ///< a part was refused: what seems to be missing may be in it
};

/// The entry when it is a T, else null.
template <class T>
const T* held(const Entry& entry) {
    const auto pointer = [](const auto& one) -> const T* {
        using Held = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Held, T>) return &one;
        if constexpr (std::is_same_v<Held, std::unique_ptr<T>>) return one.get();
        return nullptr;
    };
    return std::visit(pointer, entry);
}

/// The entries of one type, in source order: all<Attribute>(block.entries), all<Block>(…).
template <class T>
std::vector<const T*> all(const Entries& entries) {
    std::vector<const T*> found;
    for (const Entry& entry : entries)
        if (const T* one = held<T>(entry)) found.push_back(one);
    return found;
}

/// `fragment page(address, contents) { … }`
struct Fragment {
    Name name;
    std::vector<Name> parameters;
    Entries body;
    std::string doc;
};

/// `const X = …;`, `param x : type = …;`, `input x : file = …;`
struct Declaration {
    enum class Kind : std::uint8_t { kConst, kParam, kInput } kind;
    Name name;
    std::optional<Name> type;
    ExprPtr value;  ///< may be null (param, input)
    std::string doc;
    Span span;
};

struct Include {
    std::string path;
    Span span;  ///< of the path
};

/// One parsed file. Items keep their order within each list; order across the lists has no meaning at file
/// level.
struct Tree {
    std::uint32_t turn = 0;  ///< among the files of a spec: what a file includes comes before it
    std::optional<std::uint64_t> version;
    Span version_span;
    std::vector<Include> includes;
    std::vector<Declaration> declarations;
    std::vector<Fragment> fragments;
    std::vector<Block> blocks;
    std::vector<Assertion> assertions;
    std::vector<Expect> expects;
};

}  // namespace igvm::spec
