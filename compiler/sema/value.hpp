// What expressions evaluate to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
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
/// Values in a fixed order; copies of the list share them.
class List {
  public:
    List() = default;
    List(std::initializer_list<Value> values);
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    const Value* begin() const;
    const Value* end() const;
    const Value& operator[](std::size_t index) const;
    const Value& back() const;
    void push_back(Value value);

  private:
    std::shared_ptr<std::vector<Value>> values_;  ///< null: none
};
struct Member;
/// Named members in a fixed order; copies of the value share them.
using Record = std::shared_ptr<const std::vector<Member>>;

/// A value and the expression it came from, so that a bad address points at the expression.
struct Value {
    std::variant<Poison, std::uint64_t, bool, std::string, model::Blob, List, BlockRef, Record> data;
    Span origin;

    bool poisoned() const { return std::holds_alternative<Poison>(data); }
};

struct Member {
    std::string_view name;  ///< of a table: outlives the value
    Value value;
};

Value make_record(std::vector<Member> fields);

/// The elements of a list of integers; nothing for any other value.
std::vector<std::uint64_t> integers(const Value& value);

/// "integer", "bool", "string", "bytes", "list", "block",
/// "record".
std::string_view type_name(const Value& value);
/// "an integer", "bytes": for messages.
std::string_view type_phrase(const Value& value);

/// How a message shows a number.
enum class Notation : std::uint8_t { kHexadecimal, kDecimal };
std::string number_text(std::uint64_t number, Notation notation);

/// Same type and same contents; the origin does not count.
bool equal(const Value& a, const Value& b);

}  // namespace igvm::spec
