// What expressions evaluate to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/model.hpp"
#include "source/source.hpp"
#include "syntax/tree.hpp"

namespace igvm::spec {

struct Value;

/// An error was reported already; whoever meets it stays silent.
struct Poison {};
/// The name of a block, e.g. `gdt = gdt`.
struct BlockRef {
    const Block* block = nullptr;
};
using List = std::vector<Value>;

/// A value and the expression it came from, so that a bad address points at the expression.
struct Value {
    std::variant<Poison, std::uint64_t, bool, std::string, model::Blob, List, BlockRef> data;
    Span origin;

    bool poisoned() const { return std::holds_alternative<Poison>(data); }
};

/// "integer", "bool", "string", "bytes", "list", "block".
std::string_view type_name(const Value& value);
/// "an integer", "bytes": for messages.
std::string_view type_phrase(const Value& value);

/// Same type and same contents; the origin does not count.
bool equal(const Value& a, const Value& b);

}  // namespace igvm::spec
