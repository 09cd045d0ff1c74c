/* The nine functions on a file with every kind of header. */
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "sample.h"
#include "tests.h"

static struct sample sample;

static IgvmHandle open_all_kinds(void) {
    sample_all_kinds(&sample);
    sample_finish(&sample);
    return igvm_new_from_binary(sample.bytes, sample.size);
}

/** The buffer, checked to have a header of the type with the length, in `size` bytes, 8-aligned. */
static const uint8_t* header_of(IgvmHandle file, IgvmHeaderSection section, uint32_t index, uint32_t type,
                                uint32_t length) {
    const IgvmHandle buffer = igvm_get_header(file, section, index);
    EXPECT(buffer > 0);
    const uint8_t* bytes = igvm_get_buffer(file, buffer);
    EXPECT(bytes != NULL);
    EXPECT_EQUAL((uintptr_t)bytes % 8, 0);
    EXPECT_EQUAL(igvm_get_buffer_size(file, buffer), 8 + (length + 7) / 8 * 8);
    const IGVM_VHS_VARIABLE_HEADER* header = (const void*)bytes;
    EXPECT_EQUAL(header->typ, type);
    EXPECT_EQUAL(header->length, length);
    EXPECT_EQUAL(igvm_get_header_type(file, section, index), type);
    return bytes + sizeof *header;
}

static const uint8_t* directive(IgvmHandle file, enum directive index, uint32_t type, uint32_t length) {
    return header_of(file, IGVM_HEADER_SECTION_DIRECTIVE, index, type, length);
}

static void counts_headers_by_section(void) {
    const IgvmHandle file = open_all_kinds();
    EXPECT(file > 0);
    EXPECT_EQUAL(igvm_header_count(file, IGVM_HEADER_SECTION_PLATFORM), 3);
    EXPECT_EQUAL(igvm_header_count(file, IGVM_HEADER_SECTION_INITIALIZATION), 1);
    EXPECT_EQUAL(igvm_header_count(file, IGVM_HEADER_SECTION_DIRECTIVE), DIRECTIVES);
    EXPECT_EQUAL(igvm_header_count(file, 3), IGVMAPI_INVALID_PARAMETER);
    igvm_free(file);
}

static void gives_platform_and_initialization_headers(void) {
    const IgvmHandle file = open_all_kinds();
    const IGVM_VHS_SUPPORTED_PLATFORM* snp =
        (const void*)header_of(file, IGVM_HEADER_SECTION_PLATFORM, 1, IGVM_VHT_SUPPORTED_PLATFORM, 16);
    EXPECT_EQUAL(snp->compatibility_mask, 2);
    EXPECT_EQUAL(snp->platform_type, IGVM_PLATFORM_TYPE_SEV_SNP);
    EXPECT_EQUAL(snp->platform_version, IGVM_SEV_SNP_PLATFORM_VERSION);
    const IGVM_VHS_GUEST_POLICY* policy =
        (const void*)header_of(file, IGVM_HEADER_SECTION_INITIALIZATION, 0, IGVM_VHT_GUEST_POLICY, 16);
    EXPECT_EQUAL(policy->policy, 0x30000);
    EXPECT_EQUAL(policy->compatibility_mask, 2);
    igvm_free(file);
}

static void gives_directives_without_file_offsets(void) {
    const IgvmHandle file = open_all_kinds();
    const IGVM_VHS_PAGE_DATA* page = (const void*)directive(file, PAGE_WITH_DATA, IGVM_VHT_PAGE_DATA, 24);
    EXPECT_EQUAL(page->gpa, 0x1000);
    EXPECT_EQUAL(page->compatibility_mask, 7);
    EXPECT_EQUAL(page->file_offset, 0);
    EXPECT_EQUAL(page->data_type, IGVM_PAGE_DATA_TYPE_NORMAL);
    const IGVM_VHS_PARAMETER_AREA* area =
        (const void*)directive(file, AREA_WITH_DATA, IGVM_VHT_PARAMETER_AREA, 16);
    EXPECT_EQUAL(area->number_of_bytes, 4096);
    EXPECT_EQUAL(area->file_offset, 0);
    const IGVM_VHS_PARAMETER* map = (const void*)directive(file, MEMORY_MAP, IGVM_VHT_MEMORY_MAP, 8);
    EXPECT_EQUAL(map->parameter_area_index, 1);
    EXPECT_EQUAL(map->byte_offset, 0x10);
    const IGVM_VHS_PARAMETER_INSERT* insert =
        (const void*)directive(file, AREA_INSERT, IGVM_VHT_PARAMETER_INSERT, 16);
    EXPECT_EQUAL(insert->gpa, 0x8000);
    const IGVM_VHS_SNP_ID_BLOCK* block = (const void*)directive(file, ID_BLOCK, IGVM_VHT_SNP_ID_BLOCK, 696);
    EXPECT_EQUAL(block->guest_svn, 9);
    EXPECT_EQUAL(block->family_id[15], 0xF1);
    EXPECT_EQUAL(block->author_public_key.qy[71], 0x71);
    const IGVM_VHS_VBS_MEASUREMENT* measurement =
        (const void*)directive(file, VBS_MEASUREMENT, IGVM_VHT_VBS_MEASUREMENT, 864);
    EXPECT_EQUAL(measurement->public_key[511], 0x77);
    igvm_free(file);
}

static void a_vp_context_has_an_address_on_snp_only(void) {
    const IgvmHandle file = open_all_kinds();
    const enum directive contexts[] = {NATIVE_CONTEXT, SNP_CONTEXT, VBS_CONTEXT};
    const uint64_t gpas[] = {0, 0xFFFFFFFFF000, 0};
    for (int i = 0; i < 3; i++) {
        const IGVM_VHS_VP_CONTEXT* context =
            (const void*)directive(file, contexts[i], IGVM_VHT_VP_CONTEXT, 20);
        EXPECT_EQUAL(context->gpa, gpas[i]);
        EXPECT_EQUAL(context->compatibility_mask, 1 << i);
        EXPECT_EQUAL(context->file_offset, 0);
        EXPECT_EQUAL(context->vp_index, 0);
        EXPECT_EQUAL(context->reserved, 0);
    }
    igvm_free(file);
}

/* The sample breaks no rule that keeps it from being opened, yet has bits that programs do not see. */
static void undefined_flags_and_padding_read_zero(void) {
    sample_all_kinds(&sample);
    sample_finish(&sample);
    uint8_t* const headers = sample.bytes + 24;
    for (uint32_t at = 0; at < sample.headers_size;) {
        IGVM_VHS_VARIABLE_HEADER header;
        memcpy(&header, headers + at, sizeof header);
        if (header.typ == IGVM_VHT_REQUIRED_MEMORY) memset(headers + at + 8 + 16, 0xFF, 4);
        if (header.typ == IGVM_VHT_VP_CONTEXT) memset(headers + at + 8 + 20, 0xEE, 4);
        at += 8 + (header.length + 7) / 8 * 8;
    }
    sample_sign(&sample);
    const IgvmHandle file = igvm_new_from_binary(sample.bytes, sample.size);
    EXPECT(file > 0);
    const IGVM_VHS_REQUIRED_MEMORY* memory =
        (const void*)directive(file, REQUIRED_MEMORY, IGVM_VHT_REQUIRED_MEMORY, 24);
    IgvmRequiredMemoryFlags flags = memory->flags;
    EXPECT_EQUAL(IGVM_UINT32_FLAGS_VALUE(flags), 1);
    EXPECT_EQUAL(flags.vtl2_protectable, 1);
    const uint8_t* context = directive(file, SNP_CONTEXT, IGVM_VHT_VP_CONTEXT, 20);
    EXPECT_EQUAL(memcmp(context + 20, "\0\0\0\0", 4), 0);
    igvm_free(file);
}

static void expect_data(IgvmHandle file, enum directive index, int32_t size, uint32_t at, uint8_t byte) {
    const IgvmHandle buffer = igvm_get_header_data(file, IGVM_HEADER_SECTION_DIRECTIVE, index);
    EXPECT(buffer > 0);
    EXPECT_EQUAL(igvm_get_buffer_size(file, buffer), size);
    const uint8_t* bytes = igvm_get_buffer(file, buffer);
    EXPECT(bytes != NULL && bytes[at] == byte);
    EXPECT_EQUAL((uintptr_t)bytes % 8, 0);
    igvm_free_buffer(file, buffer);
    EXPECT(igvm_get_buffer(file, buffer) == NULL);
}

static void gives_data_in_its_size_and_aligned(void) {
    const IgvmHandle file = open_all_kinds();
    expect_data(file, PAGE_WITH_DATA, 4096, 4095, 0xAB);
    expect_data(file, AREA_WITH_DATA, 4096, 0, 0xCD);
    expect_data(file, NATIVE_CONTEXT, 4096, 0x80, 0x99);
    expect_data(file, SNP_CONTEXT, 4096, 0x3B0, 1);
    expect_data(file, VBS_CONTEXT, 4 + 2 * 32, 4 + 16, 0x34);
    igvm_free(file);
}

static void no_data_is_its_own_answer(void) {
    const IgvmHandle file = open_all_kinds();
    const enum directive without[] = {PAGE_WITHOUT_DATA, AREA_WITHOUT_DATA, MEMORY_MAP,     AREA_INSERT,
                                      REQUIRED_MEMORY,   ID_BLOCK,          VBS_MEASUREMENT};
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        EXPECT_EQUAL(igvm_get_header_data(file, IGVM_HEADER_SECTION_DIRECTIVE, without[i]), IGVMAPI_NO_DATA);
    EXPECT_EQUAL(igvm_get_header_data(file, IGVM_HEADER_SECTION_INITIALIZATION, 0), IGVMAPI_NO_DATA);
    EXPECT_EQUAL(igvm_get_header_data(file, IGVM_HEADER_SECTION_PLATFORM, 0), IGVMAPI_INVALID_PARAMETER);
    igvm_free(file);
}

static void data_at_any_place_is_aligned(void) {
    for (uint32_t shift = 0; shift < 8; shift++) {
        sample_all_kinds(&sample);
        sample.pointers[0].place += shift;
        sample.data[shift] = (uint8_t)(shift + 1);
        sample_finish(&sample);
        const IgvmHandle file = igvm_new_from_binary(sample.bytes, sample.size);
        EXPECT(file > 0);
        expect_data(file, PAGE_WITH_DATA, 4096, 0, (uint8_t)(shift + 1));
        igvm_free(file);
    }
}

static void the_input_is_copied(void) {
    sample_all_kinds(&sample);
    sample_finish(&sample);
    uint8_t* const input = malloc(sample.size);
    memcpy(input, sample.bytes, sample.size);
    const IgvmHandle file = igvm_new_from_binary(input, sample.size);
    memset(input, 0xFF, sample.size);
    free(input);
    expect_data(file, PAGE_WITH_DATA, 4096, 17, 0xAB);
    igvm_free(file);
}

static void an_error_range_is_counted_but_not_given(void) {
    sample_all_kinds(&sample);
    const IGVM_VHS_ERROR_RANGE range = {0x40000, 7, 0x1000};
    sample_header(&sample, IGVM_VHT_ERROR_RANGE, &range, sizeof range);
    sample_finish(&sample);
    const IgvmHandle file = igvm_new_from_binary(sample.bytes, sample.size);
    EXPECT_EQUAL(igvm_header_count(file, IGVM_HEADER_SECTION_DIRECTIVE), DIRECTIVES + 1);
    EXPECT_EQUAL(igvm_get_header_type(file, IGVM_HEADER_SECTION_DIRECTIVE, DIRECTIVES), IGVM_VHT_ERROR_RANGE);
    EXPECT_EQUAL(igvm_get_header(file, IGVM_HEADER_SECTION_DIRECTIVE, DIRECTIVES), IGVMAPI_INVALID_FILE);
    EXPECT_EQUAL(igvm_get_header_data(file, IGVM_HEADER_SECTION_DIRECTIVE, DIRECTIVES), IGVMAPI_INVALID_FILE);
    igvm_free(file);
}

void test_reader(void) {
    counts_headers_by_section();
    gives_platform_and_initialization_headers();
    gives_directives_without_file_offsets();
    a_vp_context_has_an_address_on_snp_only();
    undefined_flags_and_padding_read_zero();
    gives_data_in_its_size_and_aligned();
    no_data_is_its_own_answer();
    data_at_any_place_is_aligned();
    the_input_is_copied();
    an_error_range_is_counted_but_not_given();
}
