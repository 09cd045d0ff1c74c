// The format as a table: every header, every field, where it lies and what it means.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "igvm/format.hpp"

namespace igvm {

enum class Section : std::uint8_t { kPlatform = 0, kInitialization = 1, kDirective = 2 };

enum class FieldKind : std::uint8_t {
    kUint,
    kGpa,         ///< guest physical address
    kMask,        ///< compatibility mask
    kFlags,       ///< bits named in `names`; bits not named are reserved
    kEnum,        ///< values named in `names`
    kFileOffset,  ///< of the payload; 0 means none
    kAreaIndex,   ///< parameter area index
    kBytes,       ///< opaque bytes
    kReserved,    ///< must be zero
};

struct NamedValue {
    std::uint64_t value;
    std::string_view name;
};

struct FieldInfo {
    std::string_view name;
    std::uint16_t offset;  ///< in the header's body
    std::uint16_t width;   ///< in bytes; integers are 1, 2, 4 or 8
    FieldKind kind;
    std::span<const NamedValue> names = {};  ///< for kFlags and kEnum
};

struct HeaderInfo {
    HeaderType type;
    std::string_view name;  ///< e.g. "PAGE_DATA"
    Section section;
    std::uint16_t length;  ///< of the body
    std::span<const FieldInfo> fields;
    std::uint16_t parameter_size = 0;  ///< least bytes a loader writes for this parameter; 0: not a parameter

    /// The first field of `kind`, or null.
    const FieldInfo* field(FieldKind kind) const;
    /// The field called `name`, or null.
    const FieldInfo* field(std::string_view name) const;
};

struct PlatformInfo {
    PlatformType type;
    std::string_view name;   ///< the name in specs, options and JSON: native vbs snp tdx sev sev_es cca
    std::string_view title;  ///< for people: "SEV-SNP"
    Architecture architecture;
    bool any_architecture;  ///< VBS runs on both
    ContextFormat context;

    bool runs_on(Architecture other) const { return any_architecture || architecture == other; }
};

/// One row a header type, ascending by type.
std::span<const HeaderInfo> header_table();
/// The row of a type number (without the optional bit), or null when the type is unknown.
const HeaderInfo* find_header(std::uint32_t type);

/// One row a platform, ascending by type.
std::span<const PlatformInfo> platform_table();
const PlatformInfo* find_platform(std::uint8_t type);
const PlatformInfo* find_platform(std::string_view name);
/// The row of an enumerator.
const PlatformInfo& platform_info(PlatformType type);
/// For messages: "platform snp", or "platform type 9" where the format defines none.
std::string platform_text(std::uint8_t type);
/// The encoding of the platform's VP contexts, where it is one of x64 registers; nothing for TDX, CCA
/// and unknown platforms.
std::optional<ContextFormat> x64_context_format(PlatformType type);

/// The two fixed headers' fields, version 2 includes those of version 1.
std::span<const FieldInfo> fixed_header_fields(std::uint32_t version);

/// The section whose range holds the type number (without the optional bit), or nothing.
std::optional<Section> section_of(std::uint32_t type);

/// The value of an integer field in a header's body (the body is at least as long as the table says).
std::uint64_t field_value(Bytes body, const FieldInfo& field);

}  // namespace igvm
