/* Handles that are stale, foreign, invented or of the wrong kind, and indices that lie outside. */
#include <stddef.h>

#include "expect.h"
#include "sample.h"
#include "tests.h"

static struct sample sample;

static IgvmHandle open_all_kinds(void) {
    sample_all_kinds(&sample);
    sample_finish(&sample);
    return igvm_new_from_binary(sample.bytes, sample.size);
}

static void expect_no_file(IgvmHandle handle) {
    EXPECT_EQUAL(igvm_header_count(handle, IGVM_HEADER_SECTION_DIRECTIVE), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_get_header_type(handle, IGVM_HEADER_SECTION_DIRECTIVE, 0), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_get_header(handle, 99, 0), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_get_header_data(handle, IGVM_HEADER_SECTION_PLATFORM, 0), IGVMAPI_INVALID_HANDLE);
    EXPECT(igvm_get_buffer(handle, 1) == NULL);
    EXPECT_EQUAL(igvm_get_buffer_size(handle, 1), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_get_fixed_header(handle), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_get_binary(handle), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_measure(handle, IGVM_PLATFORM_TYPE_SEV_SNP, "spec", NULL, 0), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_writer_append(handle, IGVM_VHT_PAGE_DATA, &handle, NULL, 0), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_writer_finish(handle), IGVMAPI_INVALID_HANDLE);
    igvm_free_buffer(handle, 1);
    igvm_writer_free(handle);
    igvm_free(handle);
}

static void handles_that_never_were(void) {
    const IgvmHandle never[] = {0, -1, INT32_MIN, INT32_MAX};
    for (int i = 0; i < 4; i++) expect_no_file(never[i]);
}

static void a_freed_file_is_gone_with_its_buffers(void) {
    const IgvmHandle file = open_all_kinds();
    const IgvmHandle buffer = igvm_get_header(file, IGVM_HEADER_SECTION_DIRECTIVE, 0);
    igvm_free(file);
    expect_no_file(file);
    EXPECT(igvm_get_buffer(file, buffer) == NULL);
    igvm_free_buffer(file, buffer);
    igvm_free(file);
}

static void a_freed_buffer_is_gone_and_its_twin_is_not(void) {
    const IgvmHandle file = open_all_kinds();
    const IgvmHandle one = igvm_get_header_data(file, IGVM_HEADER_SECTION_DIRECTIVE, 0);
    const IgvmHandle twin = igvm_get_header_data(file, IGVM_HEADER_SECTION_DIRECTIVE, 0);
    EXPECT(one != twin);
    igvm_free_buffer(file, one);
    igvm_free_buffer(file, one);
    EXPECT(igvm_get_buffer(file, one) == NULL);
    EXPECT_EQUAL(igvm_get_buffer_size(file, one), IGVMAPI_INVALID_HANDLE);
    EXPECT_EQUAL(igvm_get_buffer_size(file, twin), 4096);
    igvm_free(file);
}

static void a_buffer_belongs_to_one_file(void) {
    const IgvmHandle file = open_all_kinds();
    const IgvmHandle other = open_all_kinds();
    const IgvmHandle buffer = igvm_get_header(file, IGVM_HEADER_SECTION_DIRECTIVE, 0);
    EXPECT(igvm_get_buffer(other, buffer) == NULL);
    EXPECT_EQUAL(igvm_get_buffer_size(other, buffer), IGVMAPI_INVALID_HANDLE);
    igvm_free_buffer(other, buffer);
    EXPECT_EQUAL(igvm_get_buffer_size(file, buffer), 32);
    igvm_free(other);
    EXPECT_EQUAL(igvm_get_buffer_size(file, buffer), 32);
    igvm_free(file);
}

static void a_handle_of_another_kind_is_none(void) {
    const IgvmHandle file = open_all_kinds();
    const IgvmHandle buffer = igvm_get_header(file, IGVM_HEADER_SECTION_DIRECTIVE, 0);
    expect_no_file(buffer);
    EXPECT(igvm_get_buffer(file, file) == NULL);
    const IgvmHandle writer = igvm_writer_new(1, IGVM_ARCHITECTURE_X64);
    EXPECT_EQUAL(igvm_header_count(writer, IGVM_HEADER_SECTION_PLATFORM), IGVMAPI_INVALID_HANDLE);
    igvm_free(writer);
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_PAGE_DATA, NULL, NULL, 0), IGVMAPI_INVALID_PARAMETER);
    igvm_writer_free(writer);
    expect_no_file(writer);
    EXPECT_EQUAL(igvm_get_buffer_size(file, buffer), 32);
    igvm_free(file);
}

static void sections_and_indices_outside(void) {
    const IgvmHandle file = open_all_kinds();
    const uint32_t sections[] = {IGVM_HEADER_SECTION_PLATFORM, IGVM_HEADER_SECTION_INITIALIZATION,
                                 IGVM_HEADER_SECTION_DIRECTIVE, 3, UINT32_MAX};
    for (int i = 0; i < 5; i++) {
        const int32_t count = igvm_header_count(file, sections[i]);
        const uint32_t outside[] = {count < 0 ? 0 : (uint32_t)count, INT32_MAX, UINT32_MAX};
        for (int j = 0; j < 3; j++) {
            EXPECT_EQUAL(igvm_get_header_type(file, sections[i], outside[j]), IGVMAPI_INVALID_PARAMETER);
            EXPECT_EQUAL(igvm_get_header(file, sections[i], outside[j]), IGVMAPI_INVALID_PARAMETER);
            EXPECT_EQUAL(igvm_get_header_data(file, sections[i], outside[j]), IGVMAPI_INVALID_PARAMETER);
        }
    }
    igvm_free(file);
}

static void null_input(void) {
    EXPECT_EQUAL(igvm_new_from_binary(NULL, 24), IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_new_from_binary(NULL, 0), IGVMAPI_INVALID_FIXED_HEADER);
    EXPECT_EQUAL(igvm_check(NULL, 1, NULL, NULL), IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_check(NULL, 0, NULL, NULL), 1);
}

void test_misuse(void) {
    handles_that_never_were();
    a_freed_file_is_gone_with_its_buffers();
    a_freed_buffer_is_gone_and_its_twin_is_not();
    a_buffer_belongs_to_one_file();
    a_handle_of_another_kind_is_none();
    sections_and_indices_outside();
    null_input();
}
