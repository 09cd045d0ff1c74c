/* Files made byte by byte, without the library under test. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <igvm/igvm_extensions.h>
#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_HEADERS_MAX = 8192, SAMPLE_DATA_MAX = 65536, SAMPLE_POINTERS_MAX = 16 };

/** A file offset yet to be filled in: where it stands in the headers, and what it means in the data. */
struct sample_pointer {
    uint32_t position;
    uint32_t place;
};

/** A file in the making. */
struct sample {
    uint32_t version;
    uint32_t architecture;
    uint32_t page_size;
    uint32_t headers_size;
    uint32_t data_size;
    uint32_t pointer_count;
    struct sample_pointer pointers[SAMPLE_POINTERS_MAX];
    uint8_t headers[SAMPLE_HEADERS_MAX];
    uint8_t data[SAMPLE_DATA_MAX];
    uint8_t bytes[SAMPLE_HEADERS_MAX + SAMPLE_DATA_MAX + 64];
    uint32_t size;
};

void sample_begin(struct sample* sample);
/** Appends a header and returns where its body stands in `headers`. */
uint32_t sample_header(struct sample* sample, uint32_t type, const void* body, uint32_t length);
/** Appends data and returns its place in the data section. */
uint32_t sample_data(struct sample* sample, const void* data, uint32_t size);
/** Lets the u32 at `body + member` of `headers` be the file offset of `place` in the data section. */
void sample_point(struct sample* sample, uint32_t body, size_t member, uint32_t place);
/** Makes `bytes` and `size`, with a right checksum. */
void sample_finish(struct sample* sample);
/** Makes the checksum of `bytes` right again. */
void sample_sign(struct sample* sample);

uint32_t sample_platform(struct sample* sample, uint32_t mask, IgvmPlatformType type);

/** Every kind of header a loader takes, for NATIVE (mask 1), SEV-SNP (mask 2) and VSM isolation (mask 4):
 * 3 platform headers, 1 policy, and the directives of `enum directive`. The pointers are those of
 * PAGE_WITH_DATA, AREA_WITH_DATA and the three contexts in the order of the data. Not finished. */
void sample_all_kinds(struct sample* sample);

enum directive {
    PAGE_WITH_DATA,
    PAGE_WITHOUT_DATA,
    AREA_WITH_DATA,
    AREA_WITHOUT_DATA,
    MEMORY_MAP,
    AREA_INSERT,
    NATIVE_CONTEXT,
    SNP_CONTEXT,
    VBS_CONTEXT,
    REQUIRED_MEMORY,
    ID_BLOCK,
    VBS_MEASUREMENT,
    DIRECTIVES
};

#endif
