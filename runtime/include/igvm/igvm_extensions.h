/* What libigvm of IGVM tools offers beyond the interface of microsoft/igvm. A program that includes this
 * header needs this library; one that includes <igvm/igvm.h> alone can be linked with either. */
#ifndef IGVM_EXTENSIONS_H
#define IGVM_EXTENSIONS_H

#include <stddef.h>

#include "igvm.h"

#ifdef __cplusplus
extern "C" {
#endif

enum IGVM_TAG(IgvmArchitecture) { IGVM_ARCHITECTURE_X64 = 0, IGVM_ARCHITECTURE_AARCH64 = 1 };
typedef uint32_t IgvmArchitecture;

/** The first 32 bytes of a file of format version 2. */
typedef struct IGVM_FIXED_HEADER_V2 {
    uint32_t magic;
    uint32_t format_version;
    uint32_t variable_header_offset;
    uint32_t variable_header_size;
    uint32_t total_file_size;
    uint32_t checksum;
    IgvmArchitecture architecture;
    uint32_t page_size;
} IGVM_FIXED_HEADER_V2;

/** The name of a result code, e.g. "IGVMAPI_NO_DATA"; "unknown" for any other number. Never NULL. */
IGVM_API const char* igvm_error_name(int32_t code) IGVM_NOEXCEPT;

/** Why the last call of igvm_new_from_binary, igvm_writer_* or igvm_measure in this thread that failed did
 * so, as one sentence with the rule, the byte offset and what to do; "" before the first. Never NULL; valid
 * until the next such failure in this thread. */
IGVM_API const char* igvm_error_text(void) IGVM_NOEXCEPT;

/** A buffer with the fixed header as it stands in the file: IGVM_FIXED_HEADER, or IGVM_FIXED_HEADER_V2 when
 * format_version is 2. Error: INVALID_HANDLE. */
IGVM_API IgvmHandle igvm_get_fixed_header(IgvmHandle handle) IGVM_NOEXCEPT;

/** A buffer with the whole file. Errors: INVALID_HANDLE, TOTAL_FILE_SIZE_TOO_LARGE (2 GiB and more). */
IGVM_API IgvmHandle igvm_get_binary(IgvmHandle handle) IGVM_NOEXCEPT;

enum IGVM_TAG(IgvmSeverity) { IGVM_SEVERITY_INFO = 0, IGVM_SEVERITY_WARNING = 1, IGVM_SEVERITY_ERROR = 2 };
typedef uint32_t IgvmSeverity;

/** One breach of one rule of the format. The strings live as long as the call. */
typedef struct IgvmFinding {
    const char* rule; /**< e.g. "IGVM-F002"; `igvm explain` tells more */
    IgvmSeverity severity;
    uint64_t offset;    /**< byte offset in the file */
    const char* detail; /**< a sentence with the values */
    const char* help;   /**< what to do about it */
} IgvmFinding;

/** Called for each finding in turn; must return. */
typedef void (*IgvmFindingSink)(const IgvmFinding* finding, void* context);

/** Judges any bytes by all rules of the format, which are stricter than what igvm_new_from_binary takes.
 * `sink` may be NULL. Returns the number of findings of severity error; a rule gives at most 20 findings.
 * Errors: INVALID_PARAMETER (data is NULL and len is not 0), INVALID_FILE (out of memory). */
IGVM_API int32_t igvm_check(const uint8_t* data, uint32_t len, IgvmFindingSink sink,
                            void* context) IGVM_NOEXCEPT;

/** The bytes of the longest digest. */
#define IGVM_DIGEST_MAX 64

/** Writes the launch measurement of a platform of the file to `out[0, len)` and returns its size: SEV-SNP and
 * TDX 48 bytes, SEV, SEV-ES and VSM isolation 32, CCA 64. `profile` names how the loader launches, as in
 * `igvm measure --profile`, e.g. "spec"; profiles that measure every vCPU get one. Errors: INVALID_HANDLE;
 * INVALID_PARAMETER (no such profile, the file has not the platform, the digest does not fit);
 * MEASUREMENT_FAILED. */
IGVM_API int32_t igvm_measure(IgvmHandle handle, IgvmPlatformType platform, const char* profile, uint8_t* out,
                              size_t len) IGVM_NOEXCEPT;

/** A handle to a writer of a new file of format version 1 (x64) or 2. Free it with igvm_writer_finish or
 * igvm_writer_free. Error: INVALID_PARAMETER. */
IGVM_API IgvmHandle igvm_writer_new(uint32_t format_version, IgvmArchitecture architecture) IGVM_NOEXCEPT;

/** Appends a header of a known type, with or without IGVM_VHT_OPTIONAL_BIT, and its data; both are copied.
 * `header` points to the structure of the type; its file_offset is filled in by the library. `data` has the
 * size that the header asks for, or `data_size` is 0 for no data. Equal data is stored once. Errors:
 * INVALID_HANDLE, INVALID_PARAMETER (unknown type, data of another size, NULL). */
IGVM_API int32_t igvm_writer_append(IgvmHandle writer, uint32_t type, const void* header, const void* data,
                                    uint32_t data_size) IGVM_NOEXCEPT;

/** Frees the writer and returns a handle to the file it made, as igvm_new_from_binary does on the same bytes;
 * igvm_get_binary gives them. Errors: INVALID_HANDLE, TOTAL_FILE_SIZE_TOO_LARGE, and those of
 * igvm_new_from_binary. */
IGVM_API IgvmHandle igvm_writer_finish(IgvmHandle writer) IGVM_NOEXCEPT;

/** Frees a writer; nothing happens when `writer` is none. */
IGVM_API void igvm_writer_free(IgvmHandle writer) IGVM_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
