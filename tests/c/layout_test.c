/* Sizes, values and bit positions as C sees them. */
#include <string.h>

#include "expect.h"
#include "sample.h"
#include "tests.h"

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)

SIZE(IgvmHandle, 4);
SIZE(IgvmResult, 4);
SIZE(IgvmHeaderSection, 4);
SIZE(IgvmVariableHeaderType, 4);
SIZE(IgvmPlatformType, 1);
SIZE(IgvmPageDataType, 2);
SIZE(IgvmMemoryMapEntryType, 2);
SIZE(IgvmPageDataFlags, 4);
SIZE(IgvmRequiredMemoryFlags, 4);
SIZE(IgvmMemoryMapEntryFlags, 2);
SIZE(IgvmEnvironmentInfo, 4);
SIZE(IgvmSnpPolicy, 8);
SIZE(IgvmTdxPolicy, 8);
SIZE(IGVM_FIXED_HEADER, 24);
SIZE(IGVM_FIXED_HEADER_V2, 32);
SIZE(IGVM_VHS_VARIABLE_HEADER, 8);
SIZE(IGVM_VHS_SUPPORTED_PLATFORM, 16);
SIZE(IGVM_VHS_GUEST_POLICY, 16);
SIZE(IGVM_VHS_CCA_POLICY, 32);
SIZE(IGVM_VHS_RELOCATABLE_REGION, 48);
SIZE(IGVM_VHS_PAGE_TABLE_RELOCATION, 32);
SIZE(IGVM_VHS_CORIM_DATA, 16);
SIZE(IGVM_VHS_PARAMETER_AREA, 16);
SIZE(IGVM_VHS_PAGE_DATA, 24);
SIZE(IGVM_VHS_PARAMETER_INSERT, 16);
SIZE(IGVM_VHS_PARAMETER, 8);
SIZE(IGVM_VHS_VP_CONTEXT, 24);
SIZE(IgvmVbsVpContextHeader, 4);
SIZE(IgvmVbsVpContextRegister, 32);
SIZE(IGVM_VHS_REQUIRED_MEMORY, 24);
SIZE(IGVM_VHS_MEMORY_RANGE, 16);
SIZE(IGVM_VHS_MMIO_RANGES, 32);
SIZE(IGVM_VHS_SNP_ID_BLOCK_SIGNATURE, 144);
SIZE(IGVM_VHS_SNP_ID_BLOCK_PUBLIC_KEY, 152);
SIZE(IGVM_VHS_SNP_ID_BLOCK, 696);
SIZE(IGVM_VHS_VBS_MEASUREMENT, 864);
SIZE(IGVM_VHS_MEMORY_MAP_ENTRY, 24);
SIZE(IGVM_VHS_ERROR_RANGE, 16);

static uint64_t bits(const void* structure, size_t size) {
    uint64_t value = 0;
    memcpy(&value, structure, size);
    return value;
}

void test_layout(void) {
    const IgvmPageDataFlags page = {1, 0, 1, 0};
    EXPECT_EQUAL(bits(&page, sizeof page), 5);
    const IgvmMemoryMapEntryFlags entry = {1, 0};
    EXPECT_EQUAL(bits(&entry, sizeof entry), 1);
    const IgvmSnpPolicy policy = {
        .abi_minor = 0x33, .abi_major = 1, .smt = 1, .reserved_must_be_one = 1, .debug = 1};
    EXPECT_EQUAL(bits(&policy, sizeof policy), 0xB0133);
    const IgvmTdxPolicy tdx = {.sept_ve_disable = 1, .migratable = 1};
    EXPECT_EQUAL(bits(&tdx, sizeof tdx), 6);
    /* C users may name an enumeration by its tag. */
    const enum IgvmPlatformType tagged = IGVM_PLATFORM_TYPE_CCA;
    EXPECT_EQUAL(tagged, 6);
    EXPECT_EQUAL(offsetof(IgvmVbsVpContextRegister, register_value), 16);
    EXPECT_EQUAL(IGVM_VHT_OPTIONAL_BIT, 0x80000000);
    EXPECT_EQUAL(IGVM_VHT_ENVIRONMENT_INFO_PARAMETER, 0x313);
    EXPECT_EQUAL(IGVM_MEMORY_MAP_ENTRY_TYPE_HIDDEN, 5);
    EXPECT_EQUAL(IGVMAPI_MEASUREMENT_FAILED, -30);
}
