// The IGVM file format as wire structs and enumerations. Source: the igvm_defs crate, version 0.4.
#pragma once

#include <array>
#include <cstdint>

#include "igvm/wire.hpp"

namespace igvm {

inline constexpr std::uint32_t kMagic = 0x4D564749;  ///< "IGVM"
inline constexpr std::uint32_t kOptionalBit = 0x80000000;
inline constexpr std::uint64_t kPageSize = 4096;
inline constexpr std::uint64_t kLargePageSize = 2 * 1024 * 1024;
inline constexpr std::uint64_t kMaxFileSize = UINT32_MAX;  ///< total_file_size is a u32

enum class Architecture : std::uint32_t { kX64 = 0, kAArch64 = 1 };

enum class PlatformType : std::uint8_t {
    kNative = 0,
    kVbs = 1,
    kSnp = 2,
    kTdx = 3,
    kSev = 4,
    kSevEs = 5,
    kCca = 6,
};

/// How the registers in a VP_CONTEXT are encoded (igvm_defs, IGVM_VHS_VP_CONTEXT).
enum class ContextFormat : std::uint8_t {
    kNone,       ///< the platform takes no context
    kNativeX64,  ///< the native x64 context in a page
    kVmsa,       ///< a VMSA, one page
    kVbs,        ///< a count and a list of registers
    kCca,        ///< x0 to x7, pc and flags in a page
};

enum class HeaderType : std::uint32_t {
    kSupportedPlatform = 0x001,
    kGuestPolicy = 0x101,
    kRelocatableRegion = 0x102,
    kPageTableRelocation = 0x103,
    kCorimDocument = 0x104,
    kCorimSignature = 0x105,
    kCcaPolicy = 0x106,
    kParameterArea = 0x301,
    kPageData = 0x302,
    kParameterInsert = 0x303,
    kVpContext = 0x304,
    kRequiredMemory = 0x305,
    kVpCount = 0x307,
    kSrat = 0x308,
    kMadt = 0x309,
    kMmioRanges = 0x30A,
    kSnpIdBlock = 0x30B,
    kMemoryMap = 0x30C,
    kErrorRange = 0x30D,
    kCommandLine = 0x30E,
    kSlit = 0x30F,
    kPptt = 0x310,
    kVbsMeasurement = 0x311,
    kDeviceTree = 0x312,
    kEnvironmentInfo = 0x313,
};

enum class PageDataType : std::uint16_t { kNormal = 0, kSecrets = 1, kCpuid = 2, kCpuidXf = 3 };

inline constexpr std::uint32_t kPageFlag2Mb = 1;
inline constexpr std::uint32_t kPageFlagUnmeasured = 2;
inline constexpr std::uint32_t kPageFlagShared = 4;

inline constexpr std::uint32_t kRequiredMemoryVtl2Protectable = 1;

/// Of an SNP ID block's keys; the SNP firmware takes no others.
inline constexpr std::uint32_t kSnpEcdsaP384Sha384 = 1;
inline constexpr std::uint32_t kSnpCurveP384 = 2;

inline constexpr std::uint64_t kSnpPolicyReservedMustBeOne = std::uint64_t{1} << 17;

/// The first 24 bytes of every file; version 2 appends `FixedHeaderV2Tail`.
struct FixedHeader {
    U32 magic;
    U32 format_version;
    U32 variable_header_offset;
    U32 variable_header_size;
    U32 total_file_size;
    U32 checksum;
};

struct FixedHeaderV2Tail {
    U32 architecture;
    U32 page_size;
};

struct VariableHeader {
    U32 type;
    U32 length;  ///< of the body, without its padding to 8
};

struct SupportedPlatform {
    static constexpr HeaderType kType = HeaderType::kSupportedPlatform;
    U32 compatibility_mask;
    U8 highest_vtl;
    U8 platform_type;
    U16 platform_version;
    U64 shared_gpa_boundary;
};

struct GuestPolicy {
    static constexpr HeaderType kType = HeaderType::kGuestPolicy;
    U64 policy;
    U32 compatibility_mask;
    U32 reserved;
};

struct RelocatableRegion {
    static constexpr HeaderType kType = HeaderType::kRelocatableRegion;
    U32 compatibility_mask;
    U16 vp_index;
    U8 vtl;
    U8 flags;
    U64 relocation_alignment;
    U64 relocation_region_gpa;
    U64 relocation_region_size;
    U64 minimum_relocation_gpa;
    U64 maximum_relocation_gpa;
};

struct PageTableRelocation {
    static constexpr HeaderType kType = HeaderType::kPageTableRelocation;
    U32 compatibility_mask;
    U16 vp_index;
    U8 vtl;
    U8 reserved;
    U64 gpa;
    U64 size;
    U64 used_size;
};

/// Body of CORIM_DOCUMENT and CORIM_SIGNATURE.
struct CorimBlob {
    U32 compatibility_mask;
    U32 file_offset;
    U32 size;
    U32 reserved;
};

struct CcaPolicy {
    static constexpr HeaderType kType = HeaderType::kCcaPolicy;
    U32 compatibility_mask;
    U32 reserved;
    U64 required_zeroes;
    U64 required_ones;
    U8 hash_algorithm;
    U8 lfa_policy;
    std::array<std::uint8_t, 6> reserved2;
};

struct ParameterArea {
    static constexpr HeaderType kType = HeaderType::kParameterArea;
    U64 number_of_bytes;
    U32 parameter_area_index;
    U32 file_offset;
};

struct PageData {
    static constexpr HeaderType kType = HeaderType::kPageData;
    U64 gpa;
    U32 compatibility_mask;
    U32 file_offset;
    U32 flags;
    U16 data_type;
    U16 reserved;
};

struct ParameterInsert {
    static constexpr HeaderType kType = HeaderType::kParameterInsert;
    U64 gpa;
    U32 compatibility_mask;
    U32 parameter_area_index;
};

struct VpContext {
    static constexpr HeaderType kType = HeaderType::kVpContext;
    U64 gpa;
    U32 compatibility_mask;
    U32 file_offset;
    U16 vp_index;
    U16 reserved;
};

struct RequiredMemory {
    static constexpr HeaderType kType = HeaderType::kRequiredMemory;
    U64 gpa;
    U32 compatibility_mask;
    U32 number_of_bytes;
    U32 flags;
    U32 reserved;
};

/// Body of the ten headers that place one host-provided value in a parameter area.
struct Parameter {
    U32 parameter_area_index;
    U32 byte_offset;
};

struct ErrorRange {
    static constexpr HeaderType kType = HeaderType::kErrorRange;
    U64 gpa;
    U32 compatibility_mask;
    U32 size_bytes;
};

struct SnpSignature {
    std::array<std::uint8_t, 72> r;
    std::array<std::uint8_t, 72> s;
};

struct SnpPublicKey {
    U32 curve;
    U32 reserved;
    std::array<std::uint8_t, 72> qx;
    std::array<std::uint8_t, 72> qy;
};

struct SnpIdBlock {
    static constexpr HeaderType kType = HeaderType::kSnpIdBlock;
    U32 compatibility_mask;
    U8 author_key_enabled;
    std::array<std::uint8_t, 3> reserved;
    std::array<std::uint8_t, 48> ld;
    std::array<std::uint8_t, 16> family_id;
    std::array<std::uint8_t, 16> image_id;
    U32 version;
    U32 guest_svn;
    U32 id_key_algorithm;
    U32 author_key_algorithm;
    SnpSignature id_key_signature;
    SnpPublicKey id_public_key;
    SnpSignature author_key_signature;
    SnpPublicKey author_public_key;
};

struct VbsMeasurement {
    static constexpr HeaderType kType = HeaderType::kVbsMeasurement;
    U32 compatibility_mask;
    U32 version;
    U32 product_id;
    U32 module_id;
    U32 security_version;
    U32 policy_flags;
    U32 boot_digest_algo;
    U32 signing_algo;
    std::array<std::uint8_t, 64> boot_digest;
    std::array<std::uint8_t, 256> signature;
    std::array<std::uint8_t, 512> public_key;
};

static_assert(sizeof(FixedHeader) == 24 && sizeof(FixedHeaderV2Tail) == 8 && sizeof(VariableHeader) == 8);
static_assert(sizeof(SupportedPlatform) == 16 && sizeof(GuestPolicy) == 16);
static_assert(sizeof(RelocatableRegion) == 48 && sizeof(PageTableRelocation) == 32);
static_assert(sizeof(CorimBlob) == 16 && sizeof(CcaPolicy) == 32);
static_assert(sizeof(ParameterArea) == 16 && sizeof(PageData) == 24 && sizeof(ParameterInsert) == 16);
static_assert(sizeof(VpContext) == 20 && sizeof(RequiredMemory) == 24 && sizeof(Parameter) == 8);
static_assert(sizeof(ErrorRange) == 16 && sizeof(SnpIdBlock) == 696 && sizeof(VbsMeasurement) == 864);

}  // namespace igvm
