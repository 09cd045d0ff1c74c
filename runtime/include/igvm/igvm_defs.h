/* The IGVM file format for C: the structures of a file and what a loader writes into parameter areas.
 *
 * Names, values and layouts are those of libigvm 0.4 (microsoft/igvm, crate igvm_defs), so that a program
 * written for it compiles unchanged. All integers of a file are little-endian: these structures are for
 * little-endian hosts. Compiles as C11 and as C++. */
#ifndef IGVM_DEFS_H
#define IGVM_DEFS_H

#include <stdint.h>

/* An enumeration has a C tag and a fixed-width type of the same name. C++ has one namespace for both, so
 * there the tag is left out; the type and the constants are the same. */
#ifdef __cplusplus
#define IGVM_TAG(name)
#else
#define IGVM_TAG(name) name
#endif

/* ISO C has bit-fields of unsigned int only; every compiler of interest has them of any width. */
#ifdef __GNUC__
#define IGVM_BITS __extension__
#else
#define IGVM_BITS
#endif

#define IGVM_MAGIC_VALUE 0x4D564749u
#define IGVM_FORMAT_VERSION_1 1
#define IGVM_FORMAT_VERSION_2 2
#define IGVM_PAGE_SIZE_4K 4096

/** Set in a header's type when a loader that does not know the type may ignore the header. */
#define IGVM_VHT_OPTIONAL_BIT 0x80000000u

#define IGVM_NATIVE_PLATFORM_VERSION 1
#define IGVM_VSM_ISOLATION_PLATFORM_VERSION 1
#define IGVM_SEV_SNP_PLATFORM_VERSION 1
#define IGVM_TDX_PLATFORM_VERSION 1
#define IGVM_SEV_PLATFORM_VERSION 1
#define IGVM_SEV_ES_PLATFORM_VERSION 1
#define IGVM_CCA_PLATFORM_VERSION 1

#define IGVM_VHF_RELOCATABLE_REGION_IS_VTL2 0x1
#define IGVM_VHF_RELOCATABLE_REGION_APPLY_PC 0x2
#define IGVM_VHF_RELOCATABLE_REGION_APPLY_GDTR 0x4
#define IGVM_VHF_RELOCATABLE_REGION_APPLY_RIP IGVM_VHF_RELOCATABLE_REGION_APPLY_PC

#define CCA_POLICY_ATTR_DEBUG 0x1
#define CCA_POLICY_ATTR_MEC 0x2

/** The type of a variable header. */
enum IGVM_TAG(IgvmVariableHeaderType) {
    IGVM_INVALID = 0x0,
    /* Platform section, 0x001 to 0x100. */
    IGVM_VHT_SUPPORTED_PLATFORM = 0x1,
    /* Initialization section, 0x101 to 0x200. */
    IGVM_VHT_GUEST_POLICY = 0x101,
    IGVM_VHT_RELOCATABLE_REGION = 0x102,
    IGVM_VHT_PAGE_TABLE_RELOCATION_REGION = 0x103,
    IGVM_VHT_CORIM_DOCUMENT = 0x104,
    IGVM_VHT_CORIM_SIGNATURE = 0x105,
    IGVM_VHT_CCA_POLICY = 0x106,
    /* Directive section, 0x301 to 0x400. */
    IGVM_VHT_PARAMETER_AREA = 0x301,
    IGVM_VHT_PAGE_DATA = 0x302,
    IGVM_VHT_PARAMETER_INSERT = 0x303,
    IGVM_VHT_VP_CONTEXT = 0x304,
    IGVM_VHT_REQUIRED_MEMORY = 0x305,
    IGVM_RESERVED_DO_NOT_USE = 0x306,
    IGVM_VHT_VP_COUNT_PARAMETER = 0x307,
    IGVM_VHT_SRAT = 0x308,
    IGVM_VHT_MADT = 0x309,
    IGVM_VHT_MMIO_RANGES = 0x30A,
    IGVM_VHT_SNP_ID_BLOCK = 0x30B,
    IGVM_VHT_MEMORY_MAP = 0x30C,
    IGVM_VHT_ERROR_RANGE = 0x30D,
    IGVM_VHT_COMMAND_LINE = 0x30E,
    IGVM_VHT_SLIT = 0x30F,
    IGVM_VHT_PPTT = 0x310,
    IGVM_VHT_VBS_MEASUREMENT = 0x311,
    IGVM_VHT_DEVICE_TREE = 0x312,
    IGVM_VHT_ENVIRONMENT_INFO_PARAMETER = 0x313
};
typedef uint32_t IgvmVariableHeaderType;

enum IGVM_TAG(IgvmPlatformType) {
    IGVM_PLATFORM_TYPE_NATIVE = 0,
    IGVM_PLATFORM_TYPE_VSM_ISOLATION = 1,
    IGVM_PLATFORM_TYPE_SEV_SNP = 2,
    IGVM_PLATFORM_TYPE_TDX = 3,
    IGVM_PLATFORM_TYPE_SEV = 4,
    IGVM_PLATFORM_TYPE_SEV_ES = 5,
    IGVM_PLATFORM_TYPE_CCA = 6
};
typedef uint8_t IgvmPlatformType;

enum IGVM_TAG(IgvmPageDataType) {
    IGVM_PAGE_DATA_TYPE_NORMAL = 0,
    IGVM_PAGE_DATA_TYPE_SECRETS = 1,
    IGVM_PAGE_DATA_TYPE_CPUID_DATA = 2,
    IGVM_PAGE_DATA_TYPE_CPUID_XF = 3
};
typedef uint16_t IgvmPageDataType;

/** The type of an entry of the memory map that a loader writes. */
enum IGVM_TAG(IgvmMemoryMapEntryType) {
    IGVM_MEMORY_MAP_ENTRY_TYPE_MEMORY = 0,
    IGVM_MEMORY_MAP_ENTRY_TYPE_PLATFORM_RESERVED = 1,
    IGVM_MEMORY_MAP_ENTRY_TYPE_PERSISTENT = 2,
    IGVM_MEMORY_MAP_ENTRY_TYPE_VTL2_PROTECTABLE = 3,
    IGVM_MEMORY_MAP_ENTRY_TYPE_SPECIFIC_PURPOSE = 4,
    IGVM_MEMORY_MAP_ENTRY_TYPE_HIDDEN = 5
};
typedef uint16_t IgvmMemoryMapEntryType;

/* The constants of the next two have a prefix here: plain SHA256 is a function of OpenSSL. */
enum IGVM_TAG(CcaHashAlgorithm) {
    IGVM_CCA_HASH_ALGORITHM_SHA256 = 0,
    IGVM_CCA_HASH_ALGORITHM_SHA512 = 1,
    IGVM_CCA_HASH_ALGORITHM_SHA384 = 2
};
typedef uint8_t CcaHashAlgorithm;

enum IGVM_TAG(CcaLfaPolicy) { IGVM_CCA_LFA_POLICY_DISALLOW = 0, IGVM_CCA_LFA_POLICY_ALLOW = 1 };
typedef uint8_t CcaLfaPolicy;

typedef uint64_t IGVM_U64_LE;
typedef uint32_t IGVM_U32_LE;

typedef struct IgvmPageDataFlags {
    uint32_t is_2mb_page : 1;
    uint32_t unmeasured : 1;
    uint32_t shared : 1;
    uint32_t reserved : 29;
} IgvmPageDataFlags;

typedef struct IgvmRequiredMemoryFlags {
    uint32_t vtl2_protectable : 1;
    uint32_t reserved : 31;
} IgvmRequiredMemoryFlags;

typedef struct IgvmMemoryMapEntryFlags {
    IGVM_BITS uint16_t is_shared : 1;
    IGVM_BITS uint16_t reserved : 15;
} IgvmMemoryMapEntryFlags;

/** What a loader writes for ENVIRONMENT_INFO. */
typedef struct IgvmEnvironmentInfo {
    uint32_t memory_is_shared : 1;
    uint32_t reserved : 31;
} IgvmEnvironmentInfo;

#ifdef __GNUC__
typedef uint32_t __attribute__((may_alias)) IgvmFlagsValue;
#else
typedef uint32_t IgvmFlagsValue;
#endif

/** A flags structure of 32 bits as one number; `x` is an lvalue. */
#define IGVM_UINT32_FLAGS_VALUE(x) (*((IgvmFlagsValue*)&(x)))

/** The first 24 bytes of a file; the checksum is the CRC-32 of this with checksum 0 and the headers. */
typedef struct IGVM_FIXED_HEADER {
    uint32_t magic;
    uint32_t format_version;
    uint32_t variable_header_offset;
    uint32_t variable_header_size;
    uint32_t total_file_size;
    uint32_t checksum;
} IGVM_FIXED_HEADER;

/** Stands before every header; `length` is that of the structure without its padding to 8 bytes. */
typedef struct IGVM_VHS_VARIABLE_HEADER {
    IgvmVariableHeaderType typ;
    uint32_t length;
} IGVM_VHS_VARIABLE_HEADER;

typedef struct IGVM_VHS_SUPPORTED_PLATFORM {
    uint32_t compatibility_mask; /**< exactly one bit; later headers name the platform by it */
    uint8_t highest_vtl;
    IgvmPlatformType platform_type;
    uint16_t platform_version;
    uint64_t shared_gpa_boundary;
} IGVM_VHS_SUPPORTED_PLATFORM;

typedef struct IGVM_VHS_GUEST_POLICY {
    uint64_t policy; /**< SEV-SNP: IgvmSnpPolicy, TDX: IgvmTdxPolicy */
    uint32_t compatibility_mask;
    uint32_t reserved;
} IGVM_VHS_GUEST_POLICY;

/** The policy of an SEV-SNP guest, 64 bits. */
typedef struct IgvmSnpPolicy {
    IGVM_BITS uint64_t abi_minor : 8;
    IGVM_BITS uint64_t abi_major : 8;
    IGVM_BITS uint64_t smt : 1;
    IGVM_BITS uint64_t reserved_must_be_one : 1;
    IGVM_BITS uint64_t migrate_ma : 1;
    IGVM_BITS uint64_t debug : 1;
    IGVM_BITS uint64_t single_socket : 1;
    IGVM_BITS uint64_t reserved : 43;
} IgvmSnpPolicy;

/** The policy of a TDX guest, 64 bits. */
typedef struct IgvmTdxPolicy {
    IGVM_BITS uint64_t debug_allowed : 1;
    IGVM_BITS uint64_t sept_ve_disable : 1;
    IGVM_BITS uint64_t migratable : 1;
    IGVM_BITS uint64_t reserved : 61;
} IgvmTdxPolicy;

typedef struct IGVM_VHS_CCA_POLICY {
    uint32_t compatibility_mask;
    uint32_t reserved;
    uint64_t attributes_required_zeroes; /**< CCA_POLICY_ATTR_* */
    uint64_t attributes_required_ones;
    CcaHashAlgorithm hash_algorithm;
    CcaLfaPolicy lfa_policy;
    uint8_t reserved2[6];
} IGVM_VHS_CCA_POLICY;

typedef struct IGVM_VHS_RELOCATABLE_REGION {
    uint32_t compatibility_mask;
    uint16_t vp_index;
    uint8_t vtl;
    uint8_t flags; /**< IGVM_VHF_RELOCATABLE_REGION_* */
    uint64_t relocation_alignment;
    uint64_t relocation_region_gpa;
    uint64_t relocation_region_size;
    uint64_t minimum_relocation_gpa;
    uint64_t maximum_relocation_gpa;
} IGVM_VHS_RELOCATABLE_REGION;

typedef struct IGVM_VHS_PAGE_TABLE_RELOCATION {
    uint32_t compatibility_mask;
    uint16_t vp_index;
    uint8_t vtl;
    uint8_t reserved;
    uint64_t gpa;
    uint64_t size;
    uint64_t used_size;
} IGVM_VHS_PAGE_TABLE_RELOCATION;

/** CORIM_DOCUMENT and CORIM_SIGNATURE. */
typedef struct IGVM_VHS_CORIM_DATA {
    uint32_t compatibility_mask;
    uint32_t file_offset;
    uint32_t size_bytes;
    uint32_t reserved;
} IGVM_VHS_CORIM_DATA;

typedef struct IGVM_VHS_PARAMETER_AREA {
    uint64_t number_of_bytes; /**< a multiple of 4096 */
    uint32_t parameter_area_index;
    uint32_t file_offset;
} IGVM_VHS_PARAMETER_AREA;

typedef struct IGVM_VHS_PAGE_DATA {
    uint64_t gpa;
    uint32_t compatibility_mask;
    uint32_t file_offset;
    IgvmPageDataFlags flags;
    IgvmPageDataType data_type;
    uint16_t reserved;
} IGVM_VHS_PAGE_DATA;

typedef struct IGVM_VHS_PARAMETER_INSERT {
    uint64_t gpa;
    uint32_t compatibility_mask;
    uint32_t parameter_area_index;
} IGVM_VHS_PARAMETER_INSERT;

/** Every header that asks the loader for a value: where in which parameter area to write it. */
typedef struct IGVM_VHS_PARAMETER {
    uint32_t parameter_area_index;
    uint32_t byte_offset;
} IGVM_VHS_PARAMETER;

/** In a file this has 20 bytes, and so says its header's length; the compiler pads the structure to 24. */
typedef struct IGVM_VHS_VP_CONTEXT {
    IGVM_U64_LE gpa;
    uint32_t compatibility_mask;
    uint32_t file_offset;
    uint16_t vp_index;
    uint16_t reserved;
} IGVM_VHS_VP_CONTEXT;

/** The data of a VP context of VSM isolation begins with this; `register_count` registers follow. */
typedef struct IgvmVbsVpContextHeader {
    uint32_t register_count;
} IgvmVbsVpContextHeader;

/* Packed: the register's name stands unaligned behind the VTL, 32 bytes in all. */
#pragma pack(push, 1)
typedef struct IgvmVbsVpContextRegister {
    uint8_t vtl;
    IGVM_U32_LE register_name;
    uint8_t mbz[11];
    uint8_t register_value[16];
} IgvmVbsVpContextRegister;
#pragma pack(pop)

typedef struct IGVM_VHS_REQUIRED_MEMORY {
    uint64_t gpa;
    uint32_t compatibility_mask;
    uint32_t number_of_bytes;
    IgvmRequiredMemoryFlags flags;
    uint32_t reserved;
} IGVM_VHS_REQUIRED_MEMORY;

typedef struct IGVM_VHS_MEMORY_RANGE {
    uint64_t starting_gpa_page_number;
    uint64_t number_of_pages;
} IGVM_VHS_MEMORY_RANGE;

/** What a loader writes for MMIO_RANGES. */
typedef struct IGVM_VHS_MMIO_RANGES {
    IGVM_VHS_MEMORY_RANGE mmio_ranges[2];
} IGVM_VHS_MMIO_RANGES;

typedef struct IGVM_VHS_SNP_ID_BLOCK_SIGNATURE {
    uint8_t r_comp[72];
    uint8_t s_comp[72];
} IGVM_VHS_SNP_ID_BLOCK_SIGNATURE;

typedef struct IGVM_VHS_SNP_ID_BLOCK_PUBLIC_KEY {
    uint32_t curve;
    uint32_t reserved;
    uint8_t qx[72];
    uint8_t qy[72];
} IGVM_VHS_SNP_ID_BLOCK_PUBLIC_KEY;

typedef struct IGVM_VHS_SNP_ID_BLOCK {
    uint32_t compatibility_mask;
    uint8_t author_key_enabled;
    uint8_t reserved[3];
    uint8_t ld[48];
    uint8_t family_id[16];
    uint8_t image_id[16];
    uint32_t version;
    uint32_t guest_svn;
    uint32_t id_key_algorithm;
    uint32_t author_key_algorithm;
    IGVM_VHS_SNP_ID_BLOCK_SIGNATURE id_key_signature;
    IGVM_VHS_SNP_ID_BLOCK_PUBLIC_KEY id_public_key;
    IGVM_VHS_SNP_ID_BLOCK_SIGNATURE author_key_signature;
    IGVM_VHS_SNP_ID_BLOCK_PUBLIC_KEY author_public_key;
} IGVM_VHS_SNP_ID_BLOCK;

typedef struct IGVM_VHS_VBS_MEASUREMENT {
    uint32_t compatibility_mask;
    uint32_t version;
    uint32_t product_id;
    uint32_t module_id;
    uint32_t security_version;
    uint32_t policy_flags;
    uint32_t boot_digest_algo;
    uint32_t signing_algo;
    uint8_t boot_measurement_digest[64];
    uint8_t signature[256];
    uint8_t public_key[512];
} IGVM_VHS_VBS_MEASUREMENT;

/** An entry of what a loader writes for MEMORY_MAP: sorted, the last has number_of_pages 0. */
typedef struct IGVM_VHS_MEMORY_MAP_ENTRY {
    uint64_t starting_gpa_page_number;
    uint64_t number_of_pages;
    IgvmMemoryMapEntryType entry_type;
    uint16_t flags; /**< IgvmMemoryMapEntryFlags */
    uint32_t reserved;
} IGVM_VHS_MEMORY_MAP_ENTRY;

typedef struct IGVM_VHS_ERROR_RANGE {
    uint64_t gpa;
    uint32_t compatibility_mask;
    uint32_t size_bytes;
} IGVM_VHS_ERROR_RANGE;

#endif
