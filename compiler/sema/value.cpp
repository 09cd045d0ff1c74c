#include "sema/value.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace igvm::spec {
namespace {

struct TypeRow {
    std::string_view name;
    std::string_view phrase;
};

/// In the order of Value's variant.
constexpr std::array<TypeRow, 8> kTypes{{{"nothing", "nothing"},
                                         {"integer", "an integer"},
                                         {"bool", "a bool"},
                                         {"string", "a string"},
                                         {"bytes", "bytes"},
                                         {"list", "a list"},
                                         {"block", "a block"},
                                         {"record", "a record"}}};

struct SameContents {
    bool operator()(const Poison&, const Poison&) const { return true; }
    bool operator()(const BlockRef& a, const BlockRef& b) const { return a.block == b.block; }
    bool operator()(const model::Blob& a, const model::Blob& b) const {
        return std::ranges::equal(a.bytes, b.bytes);
    }
    bool operator()(const List& a, const List& b) const { return std::ranges::equal(a, b, equal); }
    bool operator()(const Record& a, const Record& b) const {
        return std::ranges::equal(*a, *b, [](const Member& x, const Member& y) {
            return x.name == y.name && equal(x.value, y.value);
        });
    }
    template <class T>
    bool operator()(const T& a, const T& b) const {
        return a == b;
    }
    template <class T, class U>
    bool operator()(const T&, const U&) const {
        return false;
    }
};

}  // namespace

List::List(std::initializer_list<Value> values) : values_(std::make_shared<std::vector<Value>>(values)) {}

std::size_t List::size() const { return values_ == nullptr ? 0 : values_->size(); }
const Value* List::begin() const { return values_ == nullptr ? nullptr : values_->data(); }
const Value* List::end() const { return begin() + size(); }
const Value& List::operator[](std::size_t index) const { return (*values_)[index]; }
const Value& List::back() const { return values_->back(); }

void List::push_back(Value value) {
    if (values_ == nullptr) values_ = std::make_shared<std::vector<Value>>();
    if (values_.use_count() > 1) values_ = std::make_shared<std::vector<Value>>(*values_);
    values_->push_back(std::move(value));
}

Value make_record(std::vector<Member> fields) {
    return {std::make_shared<const std::vector<Member>>(std::move(fields)), {}};
}

std::vector<std::uint64_t> integers(const Value& value) {
    std::vector<std::uint64_t> numbers;
    const auto* list = std::get_if<List>(&value.data);
    if (list == nullptr) return {};
    for (const Value& element : *list) {
        const auto* number = std::get_if<std::uint64_t>(&element.data);
        if (number == nullptr) return {};
        numbers.push_back(*number);
    }
    return numbers;
}

std::string_view type_name(const Value& value) { return kTypes[value.data.index()].name; }
std::string_view type_phrase(const Value& value) { return kTypes[value.data.index()].phrase; }

std::string number_text(std::uint64_t number, Notation notation) {
    return notation == Notation::kDecimal ? fmt::format("{}", number) : fmt::format("{:#x}", number);
}

bool equal(const Value& a, const Value& b) { return std::visit(SameContents{}, a.data, b.data); }

}  // namespace igvm::spec
