// The tree: what was written, without meaning.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
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
    kInteger,      ///< integer
    kBool,         ///< integer 0 or 1
    kString,       ///< text, escapes resolved
    kHex,          ///< text holds the raw bytes of hex"…"
    kName,         ///< text
    kList,         ///< operands
    kUnary,        ///< text is the operator; operands[0]
    kBinary,       ///< text is the operator; operands[0], operands[1]
    kConditional,  ///< operands: condition, then, else
    kMember,       ///< operands[0] '.' text
    kIndex,        ///< operands[0] '[' operands[1] ']'
    kCall,  ///< operands[0] is the callee; the rest are arguments, named by argument_names (same order;
            ///< empty: positional)
};

struct Expr {
    ExprKind kind = ExprKind::kPoison;
    Span span;
    std::uint64_t integer = 0;
    std::string text;
    Span text_span;  ///< of `text`, for kMember and operators
    std::vector<std::unique_ptr<Expr>> operands;
    std::vector<Name> argument_names;
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

struct Assertion {
    ExprPtr condition;
    ExprPtr message;  ///< may be null
    Span span;
};

struct Block {
    Name kind;
    std::optional<Name> name;
    Scope scope;
    std::string doc;  ///< text of the `///` lines before it
    std::vector<Attribute> attributes;
    std::vector<Block> blocks;
    std::vector<Assertion> assertions;
    Span span;  ///< kind, name and scope: what a message points at
    Span end;   ///< the closing brace
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
    std::optional<std::uint64_t> version;
    Span version_span;
    std::vector<Include> includes;
    std::vector<Declaration> declarations;
    std::vector<Block> blocks;
    std::vector<Assertion> assertions;
};

}  // namespace igvm::spec
