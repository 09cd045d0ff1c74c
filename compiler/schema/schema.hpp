// The vocabulary of the language as tables: which blocks there are, where they stand and what they hold.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace igvm::spec::schema {

enum class AttributeType : std::uint8_t {
    kInteger,
    kBool,
    kBytes,
    kKeyword,
    kBlock,
    kRange,  ///< [first, last]: two integers
    kWords,  ///< [word, …]: keywords, whose values are added up
};

/// A word (or a number that acts as one) that a kKeyword attribute accepts.
struct Keyword {
    std::string_view name;
    std::uint64_t value = 0;  ///< as stored in the file, or the enumerator of the model
    std::string_view doc;
};

struct AttributeRow {
    std::string_view name;
    AttributeType type = AttributeType::kInteger;
    std::string_view doc;
    bool required = false;
    std::span<const Keyword> keywords{};
    std::uint8_t shift = 0;  ///< first bit of a policy field
    std::uint8_t width = 0;  ///< bits of a policy field; 0: not part of a bit field
};

enum class FieldType : std::uint8_t { kInteger, kGuid, kBytes, kString, kAlign, kPad };

/// What may stand in a struct: `TYPE NAME = value;`, and `TYPE = value;` for padding.
struct FieldRow {
    std::string_view type_name;
    FieldType type;
    std::uint8_t width = 0;  ///< bytes; 0: the value decides
    std::string_view doc;
};

enum class Naming : std::uint8_t { kNone, kRequired, kOptional };

struct BlockRow {
    std::string_view kind;
    std::string_view parent{};                   ///< kind of the block around it; empty: the file
    std::span<const std::string_view> within{};  ///< names of that block where this row holds; empty: all
    Naming naming = Naming::kNone;
    bool scoped = false;         ///< `on …` is allowed
    bool repeatable = true;      ///< several may stand in one parent
    std::string_view also_in{};  ///< a second kind of block that it may stand in
    bool registers = false;      ///< also takes every register by its name
    bool fields = false;         ///< holds fields instead of attributes
    bool is_bytes = false;       ///< its name stands for bytes
    bool refers = false;         ///< its name is that of something else
    std::span<const AttributeRow> attributes{};
    std::string_view doc{};
    std::string_view header{};  ///< of the IGVM file; empty: none
};

std::span<const BlockRow> blocks();

/// The row of `kind` inside a `parent` block named `parent_name`, or null.
const BlockRow* find_block(std::string_view kind, std::string_view parent, std::string_view parent_name);
/// True when the name of such a block is its own, for expressions to use.
bool declares_name(std::string_view kind);
/// The kinds that may stand there.
std::vector<std::string_view> kinds_within(std::string_view parent, std::string_view parent_name);
/// The kinds of blocks around a `kind`, wherever it may stand; empty: no such kind.
std::vector<std::string_view> parents_of(std::string_view kind);

const AttributeRow* find_attribute(const BlockRow& block, std::string_view name);
const Keyword* find_keyword(const AttributeRow& attribute, std::string_view name);

std::span<const FieldRow> field_types();
/// Null when there is no such type.
const FieldRow* find_field_type(std::string_view name);

/// The platform names, with the platform type as value.
std::span<const Keyword> platform_names();

}  // namespace igvm::spec::schema
