#include "sema/value.hpp"

#include <algorithm>
#include <array>

namespace igvm::spec {
namespace {

/// In the order of Value's variant.
constexpr std::array<std::string_view, 7> kTypeNames = {"nothing", "integer", "bool", "string",
                                                        "bytes",   "list",    "block"};

struct SameContents {
    bool operator()(const Poison&, const Poison&) const { return true; }
    bool operator()(const BlockRef& a, const BlockRef& b) const { return a.block == b.block; }
    bool operator()(const model::Blob& a, const model::Blob& b) const {
        return std::ranges::equal(a.bytes, b.bytes);
    }
    bool operator()(const List& a, const List& b) const { return std::ranges::equal(a, b, equal); }
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

std::string_view type_name(const Value& value) { return kTypeNames[value.data.index()]; }

bool equal(const Value& a, const Value& b) { return std::visit(SameContents{}, a.data, b.data); }

}  // namespace igvm::spec
