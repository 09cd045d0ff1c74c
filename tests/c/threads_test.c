/* Many threads on one file, on files of their own, and on a file that one of them frees. */
#include <stddef.h>
#include <string.h>
#include <threads.h>

#include "expect.h"
#include "sample.h"

enum { THREADS = 8, ROUNDS = 400 };

static struct sample sample;
static IgvmHandle shared;
static IgvmHandle doomed;

/** A directive's header and data, by their bytes; the number of faults. */
static int read_directive(IgvmHandle file, enum directive index, uint32_t type, uint8_t fill) {
    const IgvmHandle header = igvm_get_header(file, IGVM_HEADER_SECTION_DIRECTIVE, index);
    const IgvmHandle data = igvm_get_header_data(file, IGVM_HEADER_SECTION_DIRECTIVE, index);
    const IGVM_VHS_VARIABLE_HEADER* bytes = (const void*)igvm_get_buffer(file, header);
    const uint8_t* contents = igvm_get_buffer(file, data);
    int faults = bytes == NULL || bytes->typ != type;
    faults += contents == NULL || contents[4095] != fill || (uintptr_t)contents % 8 != 0;
    igvm_free_buffer(file, header);
    igvm_free_buffer(file, data);
    faults += igvm_get_buffer(file, data) != NULL;
    return faults;
}

/** Calls on a file that may go at any time: its own answer or that there is no such file. */
static int touch_doomed(void) {
    const int32_t count = igvm_header_count(doomed, IGVM_HEADER_SECTION_PLATFORM);
    int faults = count != 3 && count != IGVMAPI_INVALID_HANDLE;
    const IgvmHandle data = igvm_get_header_data(doomed, IGVM_HEADER_SECTION_DIRECTIVE, SNP_CONTEXT);
    const int32_t size = igvm_get_buffer_size(doomed, data);
    faults += size != 4096 && size != IGVMAPI_INVALID_HANDLE;
    return faults;
}

static int work(void* number) {
    int faults = 0;
    for (int round = 0; round < ROUNDS; round++) {
        faults += read_directive(shared, PAGE_WITH_DATA, IGVM_VHT_PAGE_DATA, 0xAB);
        faults += read_directive(shared, AREA_WITH_DATA, IGVM_VHT_PARAMETER_AREA, 0xCD);
        const IgvmHandle own = igvm_new_from_binary(sample.bytes, sample.size);
        faults += read_directive(own, SNP_CONTEXT, IGVM_VHT_VP_CONTEXT, 0);
        igvm_free(own);
        faults += touch_doomed();
        if (*(const int*)number == 0 && round == ROUNDS / 2) igvm_free(doomed);
        faults += igvm_new_from_binary(sample.bytes, 3) != IGVMAPI_INVALID_FIXED_HEADER;
        faults += strstr(igvm_error_text(), "3 bytes") == NULL;
    }
    return faults;
}

int main(void) {
    sample_all_kinds(&sample);
    sample_finish(&sample);
    shared = igvm_new_from_binary(sample.bytes, sample.size);
    doomed = igvm_new_from_binary(sample.bytes, sample.size);
    thrd_t threads[THREADS];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        EXPECT_EQUAL(thrd_create(&threads[i], work, &numbers[i]), thrd_success);
    }
    for (int i = 0; i < THREADS; i++) {
        int faults = -1;
        EXPECT_EQUAL(thrd_join(threads[i], &faults), thrd_success);
        EXPECT_EQUAL(faults, 0);
    }
    EXPECT_EQUAL(igvm_header_count(doomed, IGVM_HEADER_SECTION_PLATFORM), IGVMAPI_INVALID_HANDLE);
    igvm_free(shared);
    return expectations_failed();
}
