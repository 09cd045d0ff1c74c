/* libigvm: IGVM files for programs in C, such as virtual machine monitors.
 *
 * Names, values and behaviour are those of libigvm 0.4 (microsoft/igvm), which QEMU links; where that one
 * aborts the process, this one returns an error code. What this library offers beyond it is declared in
 * <igvm/igvm_extensions.h>.
 *
 * Every function may be called from any thread with any handle and any index. A handle is greater than 0; it
 * names a file, or a buffer of that file. A buffer is 8-aligned and read-only, and its bytes stay where they
 * are until igvm_free_buffer on it or igvm_free on its file, and no longer. */
#ifndef IGVM_H
#define IGVM_H

#include <stdint.h>

#include "igvm_defs.h"

#if defined(__cplusplus) && __cplusplus >= 201103L
#define IGVM_NOEXCEPT noexcept
#else
#define IGVM_NOEXCEPT
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __GNUC__
#define IGVM_API __attribute__((visibility("default")))
#else
#define IGVM_API
#endif

/** What the functions return in place of a handle or a count when they fail. */
enum IGVM_TAG(IgvmResult) {
    IGVMAPI_OK = 0,
    IGVMAPI_INVALID_PARAMETER = -1,
    IGVMAPI_NO_DATA = -2,
    IGVMAPI_INVALID_FILE = -3,
    IGVMAPI_INVALID_HANDLE = -4,
    IGVMAPI_NO_PLATFORM_HEADERS = -5,
    IGVMAPI_FILE_DATA_SECTION_TOO_LARGE = -6,
    IGVMAPI_VARIABLE_HEADER_SECTION_TOO_LARGE = -7,
    IGVMAPI_TOTAL_FILE_SIZE_TOO_LARGE = -8,
    IGVMAPI_INVALID_BINARY_PLATFORM_HEADER = -9,
    IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER = -10,
    IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER = -11,
    IGVMAPI_MULTIPLE_PLATFORM_HEADERS_WITH_SAME_ISOLATION = -12,
    IGVMAPI_INVALID_PARAMETER_AREA_INDEX = -13,
    IGVMAPI_INVALID_PLATFORM_TYPE = -14,
    IGVMAPI_NO_FREE_COMPATIBILITY_MASKS = -15,
    IGVMAPI_INVALID_FIXED_HEADER = -16,
    IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION = -17,
    IGVMAPI_INVALID_CHECKSUM = -18,
    IGVMAPI_MULTIPLE_PAGE_TABLE_RELOCATION_HEADERS = -19,
    IGVMAPI_RELOCATION_REGIONS_OVERLAP = -20,
    IGVMAPI_PARAMETER_INSERT_INSIDE_PAGE_TABLE_REGION = -21,
    IGVMAPI_NO_MATCHING_VP_CONTEXT = -22,
    IGVMAPI_PLATFORM_ARCH_UNSUPPORTED = -23,
    IGVMAPI_INVALID_HEADER_ARCH = -24,
    IGVMAPI_UNSUPPORTED_PAGE_SIZE = -25,
    IGVMAPI_INVALID_FIXED_HEADER_ARCH = -26,
    IGVMAPI_MERGE_REVISION = -27,
    IGVMAPI_INVALID_CCA_POLICY_COMPATIBILITY_MASK = -28,
    IGVMAPI_CORIM_GENERATION = -29,
    IGVMAPI_MEASUREMENT_FAILED = -30
};
typedef int32_t IgvmResult;

typedef int32_t IgvmHandle;

enum IGVM_TAG(IgvmHeaderSection) {
    IGVM_HEADER_SECTION_PLATFORM = 0,
    IGVM_HEADER_SECTION_INITIALIZATION = 1,
    IGVM_HEADER_SECTION_DIRECTIVE = 2
};
typedef uint32_t IgvmHeaderSection;

/** A handle to the file in `data[0, len)`, which is copied. Any bytes may be given; a file that loaders of
 * this interface do not take is refused with the code of its first fault. Free it with igvm_free. */
IGVM_API IgvmHandle igvm_new_from_binary(const uint8_t* data, uint32_t len) IGVM_NOEXCEPT;

/** Frees a file with all its buffers; nothing happens when `handle` is no file. */
IGVM_API void igvm_free(IgvmHandle handle) IGVM_NOEXCEPT;

/** The number of headers in a section. Errors: INVALID_HANDLE, INVALID_PARAMETER (section). */
IGVM_API int32_t igvm_header_count(IgvmHandle handle, IgvmHeaderSection section) IGVM_NOEXCEPT;

/** The type (IGVM_VHT_*) of a header. Errors: INVALID_HANDLE, INVALID_PARAMETER (section, index). */
IGVM_API int32_t igvm_get_header_type(IgvmHandle handle, IgvmHeaderSection section,
                                      uint32_t index) IGVM_NOEXCEPT;

/** A buffer with a header: IGVM_VHS_VARIABLE_HEADER, the structure of its type, zeros up to a multiple of 8.
 * file_offset, reserved fields and undefined flags read 0; so does the gpa of a VP context, except on SEV-SNP
 * and SEV-ES. Errors: INVALID_HANDLE, INVALID_PARAMETER (section, index), INVALID_FILE (ERROR_RANGE, which
 * this interface cannot give). */
IGVM_API IgvmHandle igvm_get_header(IgvmHandle handle, IgvmHeaderSection section,
                                    uint32_t index) IGVM_NOEXCEPT;

/** A buffer with the data of a header: PAGE_DATA 4096 bytes (2 MiB for a 2 MB page), PARAMETER_AREA its size,
 * VP_CONTEXT 4096 bytes (VSM isolation: 4 and 32 for each register), CoRIM its size. Errors: INVALID_HANDLE,
 * INVALID_PARAMETER (the platform section, section, index), NO_DATA, INVALID_FILE (ERROR_RANGE),
 * FILE_DATA_SECTION_TOO_LARGE (2 GiB and more, which igvm_get_buffer_size could not tell). */
IGVM_API IgvmHandle igvm_get_header_data(IgvmHandle handle, IgvmHeaderSection section,
                                         uint32_t index) IGVM_NOEXCEPT;

/** The bytes of a buffer; NULL when either handle is not live or the buffer is another file's. */
IGVM_API const uint8_t* igvm_get_buffer(IgvmHandle igvm_handle, IgvmHandle buffer_handle) IGVM_NOEXCEPT;

/** The size of a buffer in bytes. Error: INVALID_HANDLE. */
IGVM_API int32_t igvm_get_buffer_size(IgvmHandle igvm_handle, IgvmHandle buffer_handle) IGVM_NOEXCEPT;

/** Frees a buffer; nothing happens when either handle is not live or the buffer is another file's. */
IGVM_API void igvm_free_buffer(IgvmHandle igvm_handle, IgvmHandle buffer_handle) IGVM_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
