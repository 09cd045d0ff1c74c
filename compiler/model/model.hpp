// The model: a spec with all values known, one item a block and set of platforms that agree on its values.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "igvm/format.hpp"
#include "igvm/launch.hpp"
#include "igvm/rule.hpp"
#include "igvm/x64.hpp"
#include "source/source.hpp"

namespace igvm::spec::model {

/// Bytes that several values may share: an input file's mapping, or a computed blob.
struct Blob {
    std::shared_ptr<const void> owner;
    Bytes bytes;
};

struct SnpOrTdxPolicy {
    std::uint64_t value = 0;  ///< as stored in GUEST_POLICY
};

struct RealmPolicy {
    std::uint64_t required_zeroes = 0;
    std::uint64_t required_ones = 0;
    std::uint8_t hash_algorithm = 0;
    std::uint8_t lfa = 0;
};

struct Platform {
    PlatformType type;
    std::uint32_t mask = 0;  ///< one bit
    std::uint8_t highest_vtl = 0;
    std::uint64_t shared_gpa_boundary = 0;
    std::variant<std::monostate, SnpOrTdxPolicy, RealmPolicy> policy;
    Span span;
};

struct Region {
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;  ///< a non-zero multiple of 4 KiB
    Blob data;               ///< at most `size` bytes; the rest is zeros
    PageDataType type = PageDataType::kNormal;
    bool measured = true;
    bool shared = false;
    bool store_zeros = true;              ///< false: pages of data that are zeros have no payload
    bool store_rest = true;               ///< false: pages behind the data have no payload
    std::uint64_t page_size = kPageSize;  ///< or kLargePageSize; `gpa` and `size` are multiples of it
};

/// Pages of zeros for all of [gpa, gpa + size) that nothing else covers.
struct Fill {
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;
    bool measured = true;
    bool shared = false;
    bool store_zeros = true;

    friend bool operator==(const Fill&, const Fill&) = default;
};

struct Relocatable {
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;
    std::uint64_t alignment = 0;
    std::uint64_t minimum = 0;
    std::uint64_t maximum = 0;
    std::uint16_t vp_index = 0;
    std::uint8_t vtl = 0;
    std::uint8_t flags = 0;  ///< as stored

    friend bool operator==(const Relocatable&, const Relocatable&) = default;
};

struct PageTableRegion {
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;
    std::uint64_t used_size = 0;
    std::uint16_t vp_index = 0;
    std::uint8_t vtl = 0;

    friend bool operator==(const PageTableRegion&, const PageTableRegion&) = default;
};

struct ParameterPlace {
    HeaderType type;
    std::uint32_t byte_offset = 0;
};

struct InsertPlace {
    std::uint32_t mask = 0;
    std::uint64_t gpa = 0;
};

/// PARAMETER_AREA, its parameters, and its PARAMETER_INSERTs unless they come later.
struct ParameterArea {
    std::uint32_t index = 0;
    std::uint64_t size = 0;  ///< a non-zero multiple of 4 KiB
    Blob initial;            ///< empty, or at most `size` bytes
    std::vector<ParameterPlace> parameters;
    std::vector<InsertPlace> inserts;  ///< empty with `insert = later`
};

/// The PARAMETER_INSERTs of an area that said `insert = later`.
struct Insert {
    std::uint32_t index = 0;
    std::vector<InsertPlace> places;
};

struct RequiredMemory {
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;
    bool vtl2_protectable = false;
};

struct ErrorRange {
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;
};

enum class StartState : std::uint8_t { kNone, kResetVector, kLongMode, kRealMode, kFlat32 };

struct RegisterValue {
    const x64::RegisterInfo* info = nullptr;
    std::variant<std::uint64_t, x64::Segment> value;  ///< kTable uses the segment's base and limit
};

/// One VP context for exactly one platform.
struct VpContext {
    PlatformType platform;
    std::uint64_t gpa = 0;
    std::uint16_t vp_index = 0;
    std::uint8_t vtl = 0;
    StartState start = StartState::kNone;
    std::uint64_t sev_features = 0;        ///< SNP, SEV-ES; without the SNP bit, which the encoder owns
    std::vector<RegisterValue> registers;  ///< applied over the start state, in source order
    std::optional<Blob> raw;               ///< the whole context; then nothing else is set
};

/// A header as the spec writes it out.
struct RawHeader {
    std::uint32_t type = 0;  ///< without the optional bit
    bool optional = false;
    Blob bytes;  ///< the body
    std::optional<Blob>
        data;  ///< stored, and its place put in the file_offset field; absent: the field stays
    std::optional<Blob> padding;  ///< what fills the header up to 8; absent: the image's byte
};

/// SNP_ID_BLOCK without signature; the digest is filled in once it is measured.
struct IdBlock {
    std::array<std::uint8_t, 16> family_id{};
    std::array<std::uint8_t, 16> image_id{};
    std::uint32_t version = 0;
    std::uint32_t guest_svn = 0;

    friend bool operator==(const IdBlock&, const IdBlock&) = default;
};

/// VBS_MEASUREMENT without signature; the digest is filled in once it is measured.
struct VbsMeasurement {
    std::uint32_t product_id = 0;
    std::uint32_t module_id = 0;
    std::uint32_t security_version = 0;
    std::uint32_t policy_flags = 0;

    friend bool operator==(const VbsMeasurement&, const VbsMeasurement&) = default;
};

struct ImportedHeader {
    HeaderType type;
    bool optional = false;
    std::vector<std::uint8_t> body;
    Bytes payload;  ///< borrowed from the file
};

/// Headers of another IGVM file, with the masks and area indices of this image.
struct Import {
    Blob file;
    Architecture architecture = Architecture::kX64;  ///< of the file
    std::vector<ImportedHeader> headers;
};

struct Item {
    std::string name;  ///< "region secrets", "vp_context bsp", "required_memory": kind and name
    std::string doc;
    Span span;
    Span extent;                    ///< of what says how large it is
    std::uint32_t mask = 0;         ///< compatibility mask of the platforms that agree
    std::uint32_t sorted_with = 0;  ///< items in a row with one number are sorted by address; 0: not sorted
    std::variant<Region, ParameterArea, Insert, RequiredMemory, ErrorRange, VpContext, Fill, Relocatable,
                 PageTableRegion, RawHeader, IdBlock, VbsMeasurement, Import>
        body;
};

/// A digest that the measurement of a platform must be.
struct Expectation {
    PlatformType platform;
    LaunchProfile profile;
    std::vector<std::uint8_t> digest;
    Span span;
};

struct Image {
    std::string name;
    std::string doc;
    Architecture architecture = Architecture::kX64;
    std::uint32_t version = 1;       ///< format version, already decided
    bool share_payloads = true;      ///< equal data is stored once
    std::uint32_t payload_unit = 1;  ///< data is filled with zeros to a multiple of it
    std::uint8_t padding = 0;        ///< byte between a header and its multiple of 8
    Blob gap;                        ///< between the fixed header and the others
    Blob leading_data;               ///< what the data section begins with
    std::set<Rule> allowed;          ///< rules that the image may break
    std::vector<Platform> platforms;
    std::vector<Item> items;  ///< source order
    std::vector<Expectation> expectations;
};

}  // namespace igvm::spec::model
