/* The writer: what it makes opens, and holds what was given. */
#include <stddef.h>
#include <string.h>

#include "expect.h"
#include "sample.h"
#include "tests.h"

static uint8_t page_bytes[4096];

static IgvmHandle begin(void) {
    const IgvmHandle writer = igvm_writer_new(1, IGVM_ARCHITECTURE_X64);
    EXPECT(writer > 0);
    const IGVM_VHS_SUPPORTED_PLATFORM platform = {1, 0, IGVM_PLATFORM_TYPE_SEV_SNP, 1, 0};
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_SUPPORTED_PLATFORM, &platform, NULL, 0), IGVMAPI_OK);
    return writer;
}

static int32_t append_page(IgvmHandle writer, uint64_t gpa, uint8_t fill, uint32_t size) {
    const IGVM_VHS_PAGE_DATA page = {gpa, 1, 77, {0, 0, 0, 0}, IGVM_PAGE_DATA_TYPE_NORMAL, 0};
    memset(page_bytes, fill, sizeof page_bytes);
    return igvm_writer_append(writer, IGVM_VHT_PAGE_DATA, &page, page_bytes, size);
}

static void a_written_file_reads_back(void) {
    const IgvmHandle writer = begin();
    EXPECT_EQUAL(append_page(writer, 0x1000, 1, 4096), IGVMAPI_OK);
    EXPECT_EQUAL(append_page(writer, 0x2000, 2, 4096), IGVMAPI_OK);
    EXPECT_EQUAL(append_page(writer, 0x3000, 1, 4096), IGVMAPI_OK);
    /* The structure has 24 bytes here; the file gets its 20. */
    const IGVM_VHS_VP_CONTEXT context = {0x5000, 1, 0, 0, 0};
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_VP_CONTEXT, &context, page_bytes, 4096), IGVMAPI_OK);
    const IgvmHandle file = igvm_writer_finish(writer);
    EXPECT(file > 0);
    EXPECT_EQUAL(igvm_header_count(file, IGVM_HEADER_SECTION_DIRECTIVE), 4);
    const IgvmHandle whole = igvm_get_binary(file);
    /* Fixed header, four kinds of headers, and two pages: equal data is stored once. */
    EXPECT_EQUAL(igvm_get_buffer_size(file, whole), 24 + 24 + 3 * 32 + 32 + 2 * 4096);
    const IgvmHandle again =
        igvm_new_from_binary(igvm_get_buffer(file, whole), (uint32_t)igvm_get_buffer_size(file, whole));
    const IgvmHandle data = igvm_get_header_data(again, IGVM_HEADER_SECTION_DIRECTIVE, 1);
    EXPECT_EQUAL(igvm_get_buffer(again, data)[4095], 2);
    igvm_free(again);
    igvm_free(file);
    EXPECT_EQUAL(igvm_writer_finish(writer), IGVMAPI_INVALID_HANDLE);
}

static void a_file_of_version_2_has_its_architecture(void) {
    const IgvmHandle writer = igvm_writer_new(2, IGVM_ARCHITECTURE_AARCH64);
    const IGVM_VHS_SUPPORTED_PLATFORM platform = {1, 0, IGVM_PLATFORM_TYPE_CCA, 1, 0};
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_SUPPORTED_PLATFORM, &platform, NULL, 0), IGVMAPI_OK);
    const IGVM_VHS_CCA_POLICY policy = {1, 0, 0, 0, IGVM_CCA_HASH_ALGORITHM_SHA256, 0, {0}};
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_CCA_POLICY, &policy, NULL, 0), IGVMAPI_OK);
    EXPECT_EQUAL(append_page(writer, 0x1000, 1, 4096), IGVMAPI_OK);
    const IgvmHandle file = igvm_writer_finish(writer);
    const IGVM_FIXED_HEADER_V2* fixed = (const void*)igvm_get_buffer(file, igvm_get_fixed_header(file));
    EXPECT_EQUAL(fixed->architecture, IGVM_ARCHITECTURE_AARCH64);
    EXPECT_EQUAL(fixed->page_size, 4096);
    uint8_t digest[IGVM_DIGEST_MAX];
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_CCA, "spec", digest, sizeof digest), 64);
    igvm_free(file);
}

static void refuses_what_makes_no_header(void) {
    EXPECT_EQUAL(igvm_writer_new(3, IGVM_ARCHITECTURE_X64), IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_writer_new(2, 2), IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_writer_new(1, IGVM_ARCHITECTURE_AARCH64), IGVMAPI_INVALID_PARAMETER);
    const IgvmHandle writer = begin();
    EXPECT_EQUAL(append_page(writer, 0x1000, 1, 4095), IGVMAPI_INVALID_PARAMETER);
    EXPECT_PART(igvm_error_text(), "PAGE_DATA has 4095 bytes of data, not 4096");
    const IGVM_VHS_PARAMETER count = {0, 0};
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_VP_COUNT_PARAMETER, &count, page_bytes, 1),
                 IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_writer_append(writer, 0x399, &count, NULL, 0), IGVMAPI_INVALID_PARAMETER);
    EXPECT_PART(igvm_error_text(), "0x399");
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_VP_COUNT_PARAMETER, NULL, NULL, 0),
                 IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_VP_COUNT_PARAMETER, &count, NULL, 4),
                 IGVMAPI_INVALID_PARAMETER);
    igvm_writer_free(writer);
    EXPECT_EQUAL(igvm_writer_append(writer, IGVM_VHT_VP_COUNT_PARAMETER, &count, NULL, 0),
                 IGVMAPI_INVALID_HANDLE);
}

static void a_file_that_does_not_open_is_not_made(void) {
    const IgvmHandle writer = begin();
    EXPECT_EQUAL(append_page(writer, 0x1001, 1, 4096), IGVMAPI_OK);
    EXPECT_EQUAL(igvm_writer_finish(writer), IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER);
    EXPECT_PART(igvm_error_text(), "0x1001");
    EXPECT_EQUAL(igvm_writer_finish(writer), IGVMAPI_INVALID_HANDLE);
}

void test_writer(void) {
    a_written_file_reads_back();
    a_file_of_version_2_has_its_architecture();
    refuses_what_makes_no_header();
    a_file_that_does_not_open_is_not_made();
}
