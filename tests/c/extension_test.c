/* What this library adds: fixed header, whole file, findings, measurement, words for errors. */
#include <string.h>

#include "expect.h"
#include "sample.h"
#include "tests.h"

static struct sample sample;

static void open_version(uint32_t version, IgvmHandle* file) {
    sample_all_kinds(&sample);
    sample.version = version;
    sample_finish(&sample);
    *file = igvm_new_from_binary(sample.bytes, sample.size);
    EXPECT(*file > 0);
}

static void gives_the_fixed_header_of_both_versions(void) {
    for (uint32_t version = 1; version <= 2; version++) {
        IgvmHandle file;
        open_version(version, &file);
        const IgvmHandle buffer = igvm_get_fixed_header(file);
        EXPECT_EQUAL(igvm_get_buffer_size(file, buffer), version == 1 ? 24 : 32);
        const IGVM_FIXED_HEADER_V2* fixed = (const void*)igvm_get_buffer(file, buffer);
        EXPECT_EQUAL(fixed->magic, IGVM_MAGIC_VALUE);
        EXPECT_EQUAL(fixed->format_version, version);
        EXPECT_EQUAL(fixed->total_file_size, sample.size);
        if (version == 2) EXPECT_EQUAL(fixed->page_size, 4096);
        igvm_free(file);
    }
}

static void gives_the_file_as_it_was(void) {
    IgvmHandle file;
    open_version(1, &file);
    const IgvmHandle buffer = igvm_get_binary(file);
    EXPECT_EQUAL(igvm_get_buffer_size(file, buffer), sample.size);
    EXPECT_EQUAL(memcmp(igvm_get_buffer(file, buffer), sample.bytes, sample.size), 0);
    igvm_free(file);
}

struct seen {
    int count;
    IgvmSeverity severity;
    uint64_t offset;
    char rule[16];
    char detail[200];
    char help[200];
};

static void see(const IgvmFinding* finding, void* context) {
    struct seen* seen = context;
    seen->count++;
    if (finding->severity != IGVM_SEVERITY_ERROR) return;
    seen->severity = finding->severity;
    seen->offset = finding->offset;
    strncpy(seen->rule, finding->rule, sizeof seen->rule - 1);
    strncpy(seen->detail, finding->detail, sizeof seen->detail - 1);
    strncpy(seen->help, finding->help, sizeof seen->help - 1);
}

static void check_reports_findings_of_any_bytes(void) {
    sample_all_kinds(&sample);
    sample_finish(&sample);
    struct seen seen = {0};
    sample.bytes[0] = 'J';
    EXPECT_EQUAL(igvm_check(sample.bytes, sample.size, see, &seen), 1);
    EXPECT_EQUAL(seen.count, 1);
    EXPECT_EQUAL(seen.severity, IGVM_SEVERITY_ERROR);
    EXPECT_EQUAL(seen.offset, 0);
    EXPECT_TEXT(seen.rule, "IGVM-F002");
    EXPECT_TEXT(seen.detail, "magic is 0x4d56474a, not 0x4d564749");
    EXPECT_PART(seen.help, "IGVM file");
}

static void check_finds_more_than_opening_refuses(void) {
    sample_begin(&sample);
    sample_platform(&sample, 1, IGVM_PLATFORM_TYPE_NATIVE);
    const IGVM_VHS_PAGE_DATA page = {0x1000, 1, 0, {0, 0, 0, 0}, IGVM_PAGE_DATA_TYPE_NORMAL, 0};
    sample_header(&sample, IGVM_VHT_PAGE_DATA, &page, sizeof page);
    sample_header(&sample, IGVM_VHT_PAGE_DATA, &page, sizeof page);
    sample_data(&sample, "data", 4);
    sample_finish(&sample);
    const IgvmHandle file = igvm_new_from_binary(sample.bytes, sample.size);
    EXPECT(file > 0);
    igvm_free(file);
    struct seen seen = {0};
    EXPECT_EQUAL(igvm_check(sample.bytes, sample.size, see, &seen), 1);
    EXPECT_TEXT(seen.rule, "IGVM-D006");
}

static void measure_writes_the_digest_and_no_more(void) {
    IgvmHandle file;
    open_version(1, &file);
    uint8_t digest[IGVM_DIGEST_MAX];
    memset(digest, 0xEE, sizeof digest);
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_SEV_SNP, "spec", digest, sizeof digest), 48);
    EXPECT_EQUAL(digest[48], 0xEE);
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_VSM_ISOLATION, "spec", digest, 32), 32);
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_SEV_SNP, "spec", digest, 47),
                 IGVMAPI_INVALID_PARAMETER);
    EXPECT_PART(igvm_error_text(), "48 bytes");
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_SEV_SNP, "spec", NULL, 48), IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_SEV_SNP, NULL, digest, 48), IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_SEV_SNP, "none", digest, 48),
                 IGVMAPI_INVALID_PARAMETER);
    EXPECT_PART(igvm_error_text(), "\"none\"");
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_TDX, "spec", digest, 48), IGVMAPI_INVALID_PARAMETER);
    EXPECT_EQUAL(igvm_measure(file, IGVM_PLATFORM_TYPE_NATIVE, "spec", digest, 48),
                 IGVMAPI_MEASUREMENT_FAILED);
    EXPECT_PART(igvm_error_text(), "IGVM-");
    igvm_free(file);
}

static void errors_have_names_and_texts(void) {
    EXPECT_TEXT(igvm_error_name(0), "IGVMAPI_OK");
    EXPECT_TEXT(igvm_error_name(-2), "IGVMAPI_NO_DATA");
    EXPECT_TEXT(igvm_error_name(-30), "IGVMAPI_MEASUREMENT_FAILED");
    EXPECT_TEXT(igvm_error_name(-31), "unknown");
    EXPECT_TEXT(igvm_error_name(1), "unknown");
    EXPECT_EQUAL(igvm_new_from_binary((const uint8_t*)"", 1), IGVMAPI_INVALID_FIXED_HEADER);
    EXPECT_PART(igvm_error_text(), "IGVM-F001 at offset 0x0: the file has 1 bytes");
}

void test_extensions(void) {
    gives_the_fixed_header_of_both_versions();
    gives_the_file_as_it_was();
    check_reports_findings_of_any_bytes();
    check_finds_more_than_opening_refuses();
    measure_writes_the_digest_and_no_more();
    errors_have_names_and_texts();
}
