/* What an open file of 64 MiB and leaked handles cost, counted by an allocator of our own. */
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "sample.h"

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void __libc_free(void* block);

static atomic_long live;
static atomic_long peak;

static void* count_block(void* block) {
    if (block == NULL) return NULL;
    const long now =
        atomic_fetch_add(&live, (long)malloc_usable_size(block)) + (long)malloc_usable_size(block);
    if (now > atomic_load(&peak)) atomic_store(&peak, now);
    return block;
}

static void uncount_block(void* block) {
    if (block != NULL) atomic_fetch_sub(&live, (long)malloc_usable_size(block));
}

void* malloc(size_t size) { return count_block(__libc_malloc(size)); }

void* calloc(size_t count, size_t size) { return count_block(__libc_calloc(count, size)); }

void* realloc(void* block, size_t size) {
    uncount_block(block);
    return count_block(__libc_realloc(block, size));
}

void free(void* block) {
    uncount_block(block);
    __libc_free(block);
}

enum { PAGES = 16384, PAGE = 4096, RESETS = 4 };

static void check_appended(int32_t code) {
    if (code == IGVMAPI_OK) return;
    printf("%s\n", igvm_error_text());
    exit(1);
}

/** A file of 64 MiB: SEV-SNP, a header and data of its own for each page, all data different. */
static uint8_t* big_file(uint32_t* size) {
    static uint8_t bytes[PAGE];
    const IgvmHandle writer = igvm_writer_new(1, IGVM_ARCHITECTURE_X64);
    const IGVM_VHS_SUPPORTED_PLATFORM platform = {1, 0, IGVM_PLATFORM_TYPE_SEV_SNP, 1, 0};
    check_appended(igvm_writer_append(writer, IGVM_VHT_SUPPORTED_PLATFORM, &platform, NULL, 0));
    for (uint32_t i = 0; i < PAGES; i++) {
        const IGVM_VHS_PAGE_DATA page = {0x100000 + (uint64_t)i * PAGE, 1, 0, {0, 0, 0, 0},
                                         IGVM_PAGE_DATA_TYPE_NORMAL,    0};
        memcpy(bytes, &i, sizeof i);
        check_appended(igvm_writer_append(writer, IGVM_VHT_PAGE_DATA, &page, bytes, PAGE));
    }
    const IgvmHandle file = igvm_writer_finish(writer);
    const IgvmHandle whole = igvm_get_binary(file);
    *size = (uint32_t)igvm_get_buffer_size(file, whole);
    uint8_t* copy = malloc(*size);
    memcpy(copy, igvm_get_buffer(file, whole), *size);
    igvm_free(file);
    return copy;
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0); /* no buffer of stdio among what is counted */
    uint32_t size = 0;
    uint8_t* const input = big_file(&size);
    EXPECT(size > PAGES * PAGE);

    const long before = atomic_load(&live);
    atomic_store(&peak, before);
    const IgvmHandle file = igvm_new_from_binary(input, size);
    const double opened_peak = (double)(atomic_load(&peak) - before) / size;
    const double opened = (double)(atomic_load(&live) - before) / size;
    printf("a file of %u bytes: %.3f times its size while opening, %.3f when open\n", size, opened_peak,
           opened);
    EXPECT(file > 0);
    EXPECT(opened_peak > 1.0 && opened_peak < 1.2);

    const long open = atomic_load(&live);
    atomic_store(&peak, open);
    for (int reset = 0; reset < RESETS; reset++)
        for (uint32_t i = 0; i < 2 * PAGES; i++)
            EXPECT(igvm_get_header_data(file, IGVM_HEADER_SECTION_DIRECTIVE, i / 2) > 0);
    const double handle = (double)(atomic_load(&live) - open) / (RESETS * 2 * PAGES);
    const double handle_peak = (double)(atomic_load(&peak) - open) / (RESETS * 2 * PAGES);
    printf("a leaked handle: %.1f bytes, %.1f at most\n", handle, handle_peak);
    EXPECT(handle_peak > 0 && handle_peak < 64);

    igvm_free(file);
    EXPECT_EQUAL(atomic_load(&live) - before, 0);
    free(input);
    return expectations_failed();
}
