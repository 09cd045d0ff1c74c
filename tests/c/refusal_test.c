/* One fault a case, and the code that libigvm 0.4 gives for it, or would if it did not abort. */
#include <stddef.h>
#include <string.h>

#include "expect.h"
#include "sample.h"
#include "tests.h"

static struct sample sample;

#define PUT(place, value)                       \
    do {                                        \
        const uint32_t put = (uint32_t)(value); \
        memcpy((place), &put, sizeof put);      \
    } while (0)

/* Faults of the finished bytes. */

static void no_bytes(void) { sample.size = 0; }
static void cut_fixed_header(void) { sample.size = 23; }
static void other_magic(void) { sample.bytes[3] = 'N'; }
static void version_3(void) { sample.bytes[4] = 3; }
static void bytes_appended(void) { sample.size++; }
static void bytes_missing(void) { sample.size--; }
static void headers_past_the_end(void) { PUT(sample.bytes + 12, 0xFFFFFFF8); }
static void headers_inside_fixed_header(void) { PUT(sample.bytes + 8, 16); }
static void wrong_checksum(void) { sample.bytes[20] ^= 1; }
static void header_byte_flipped(void) { sample.bytes[24 + 8] ^= 0x10; }
static void header_length_flipped(void) { sample.bytes[24 + 4] ^= 0x80; }
static void data_byte_flipped(void) { sample.bytes[sample.size - 1] ^= 0x80; }

static void no_data(void) {
    sample_begin(&sample);
    sample_platform(&sample, 1, IGVM_PLATFORM_TYPE_NATIVE);
    sample_finish(&sample);
}

static const struct {
    const char* name;
    void (*break_it)(void);
    int32_t code; /* 0: the file opens */
} finished_cases[] = {
    {"no bytes", no_bytes, IGVMAPI_INVALID_FIXED_HEADER},
    {"cut fixed header", cut_fixed_header, IGVMAPI_INVALID_FIXED_HEADER},
    {"other magic", other_magic, IGVMAPI_INVALID_FIXED_HEADER},
    {"version 3", version_3, IGVMAPI_INVALID_FIXED_HEADER},
    {"bytes appended", bytes_appended, IGVMAPI_INVALID_FIXED_HEADER},
    {"bytes missing", bytes_missing, IGVMAPI_INVALID_FIXED_HEADER},
    {"headers past the end", headers_past_the_end, IGVMAPI_INVALID_FIXED_HEADER},
    {"headers inside the fixed header", headers_inside_fixed_header, IGVMAPI_INVALID_FIXED_HEADER},
    {"no data", no_data, IGVMAPI_INVALID_FIXED_HEADER},
    {"wrong checksum", wrong_checksum, IGVMAPI_INVALID_CHECKSUM},
    {"header byte flipped", header_byte_flipped, IGVMAPI_INVALID_CHECKSUM},
    {"header length flipped", header_length_flipped, IGVMAPI_INVALID_CHECKSUM},
    {"data byte flipped", data_byte_flipped, 0},
};

/* Faults of the sample before it is finished, so that the checksum is right. */

/** The body of the `nth` header of a type in `headers`. */
static uint8_t* body_of(uint32_t type, int nth) {
    for (uint32_t at = 0; at < sample.headers_size;) {
        IGVM_VHS_VARIABLE_HEADER header;
        memcpy(&header, sample.headers + at, sizeof header);
        if (header.typ == type && nth-- == 0) return sample.headers + at + sizeof header;
        at += 8 + (header.length + 7) / 8 * 8;
    }
    return sample.headers;
}

static void architecture_9(void) {
    sample.version = 2;
    sample.architecture = 9;
}
static void pages_of_64k(void) {
    sample.version = 2;
    sample.page_size = 65536;
}
static void for_aarch64(void) {
    sample.version = 2;
    sample.architecture = 1;
}
static void type_of_no_section(void) { PUT(body_of(IGVM_VHT_REQUIRED_MEMORY, 0) - 8, 0x201); }
static void type_0(void) { PUT(body_of(IGVM_VHT_REQUIRED_MEMORY, 0) - 8, 0); }
static void unknown_directive(void) { PUT(body_of(IGVM_VHT_REQUIRED_MEMORY, 0) - 8, 0x306); }
static void unknown_initialization(void) { PUT(body_of(IGVM_VHT_GUEST_POLICY, 0) - 8, 0x150); }
static void unknown_platform(void) { PUT(body_of(IGVM_VHT_SUPPORTED_PLATFORM, 2) - 8, 0x2); }
static void optional_header(void) { PUT(body_of(IGVM_VHT_REQUIRED_MEMORY, 0) - 8, 0x80000305); }
static void optional_unknown(void) { PUT(body_of(IGVM_VHT_REQUIRED_MEMORY, 0) - 8, 0x80000399); }
static void length_of_directive(void) { PUT(body_of(IGVM_VHT_REQUIRED_MEMORY, 0) - 4, 20); }
static void length_of_policy(void) { PUT(body_of(IGVM_VHT_GUEST_POLICY, 0) - 4, 12); }
static void length_of_platform(void) { PUT(body_of(IGVM_VHT_SUPPORTED_PLATFORM, 0) - 4, 15); }
static void last_header_cut(void) { sample.headers_size -= 8; }
static void half_a_header_more(void) { sample.headers_size += 4; }
static void late_platform(void) { sample_platform(&sample, 8, IGVM_PLATFORM_TYPE_TDX); }

static void platform_with_two_bits(void) { body_of(IGVM_VHT_SUPPORTED_PLATFORM, 0)[0] = 9; }
static void vtl_1(void) { body_of(IGVM_VHT_SUPPORTED_PLATFORM, 0)[4] = 1; }
static void platform_type_7(void) { body_of(IGVM_VHT_SUPPORTED_PLATFORM, 1)[5] = 7; }
static void platform_version_2(void) { body_of(IGVM_VHT_SUPPORTED_PLATFORM, 1)[6] = 2; }
static void native_boundary(void) { body_of(IGVM_VHT_SUPPORTED_PLATFORM, 0)[8] = 1; }
static void platform_twice(void) {
    sample_begin(&sample);
    sample_platform(&sample, 1, IGVM_PLATFORM_TYPE_NATIVE);
    sample_platform(&sample, 2, IGVM_PLATFORM_TYPE_NATIVE);
    sample_data(&sample, "data", 4);
}
static void no_platform(void) {
    sample_begin(&sample);
    sample_data(&sample, "data", 4);
}

static void policy_reserved(void) { body_of(IGVM_VHT_GUEST_POLICY, 0)[12] = 1; }
static void policy_of_unknown_mask(void) { body_of(IGVM_VHT_GUEST_POLICY, 0)[8] = 64; }
static void cca_policy_on_x64(void) {
    const IGVM_VHS_CCA_POLICY policy = {1, 0, 0, 0, 0, 0, {0}};
    sample_begin(&sample);
    sample_platform(&sample, 1, IGVM_PLATFORM_TYPE_NATIVE);
    sample_header(&sample, IGVM_VHT_CCA_POLICY, &policy, sizeof policy);
    sample_data(&sample, "data", 4);
}
static void cca_with_policy(uint32_t mask, uint64_t zeroes) {
    const IGVM_VHS_CCA_POLICY policy = {mask, 0, zeroes, 2, 0, 0, {0}};
    sample_begin(&sample);
    sample.version = 2;
    sample.architecture = 1;
    sample_platform(&sample, 1, IGVM_PLATFORM_TYPE_CCA);
    sample_platform(&sample, 2, IGVM_PLATFORM_TYPE_VSM_ISOLATION);
    sample_header(&sample, IGVM_VHT_CCA_POLICY, &policy, sizeof policy);
    sample_data(&sample, "data", 4);
}
static void cca_policy(void) { cca_with_policy(1, 1); }
static void cca_policy_for_vbs(void) { cca_with_policy(3, 1); }
static void cca_policy_contradicts(void) { cca_with_policy(1, 3); }

static void cca_context(uint32_t place) {
    uint8_t page[4096] = {0};
    const IGVM_VHS_VP_CONTEXT context = {0, 1, 0, 3, 0};
    sample_begin(&sample);
    sample.version = 2;
    sample.architecture = 1;
    sample_platform(&sample, 1, IGVM_PLATFORM_TYPE_CCA);
    const uint32_t body = sample_header(&sample, IGVM_VHT_VP_CONTEXT, &context, 20);
    page[place] = 1;
    sample_point(&sample, body, offsetof(IGVM_VHS_VP_CONTEXT, file_offset), sample_data(&sample, page, 4096));
}
static void cca_context_full(void) { cca_context(79); }
static void cca_context_tail(void) { cca_context(80); }

/* Two platforms, VBS and SNP, a page table region and a relocatable region for both, and a VBS context. */
struct relocation {
    IGVM_VHS_RELOCATABLE_REGION region;
    IGVM_VHS_PAGE_TABLE_RELOCATION tables;
    IGVM_VHS_PAGE_TABLE_RELOCATION more_tables;
    IGVM_VHS_PARAMETER_INSERT insert;
};
static const struct relocation relocation = {{3, 0, 0, 2, 0x200000, 0x200000, 0x400000, 0, 0x1000000},
                                             {3, 0, 0, 0, 0x10000, 0x4000, 0x1000},
                                             {0, 0, 0, 0, 0, 0, 0},
                                             {0x80000, 3, 0}};
static void relocate(const struct relocation* wanted) {
    sample_begin(&sample);
    sample_platform(&sample, 1, IGVM_PLATFORM_TYPE_VSM_ISOLATION);
    sample_platform(&sample, 2, IGVM_PLATFORM_TYPE_SEV_SNP);
    sample_header(&sample, IGVM_VHT_RELOCATABLE_REGION, &wanted->region, sizeof wanted->region);
    sample_header(&sample, IGVM_VHT_PAGE_TABLE_RELOCATION_REGION, &wanted->tables, sizeof wanted->tables);
    if (wanted->more_tables.size != 0)
        sample_header(&sample, IGVM_VHT_PAGE_TABLE_RELOCATION_REGION, &wanted->more_tables,
                      sizeof wanted->more_tables);
    const IGVM_VHS_PARAMETER_AREA area = {4096, 0, 0};
    sample_header(&sample, IGVM_VHT_PARAMETER_AREA, &area, sizeof area);
    sample_header(&sample, IGVM_VHT_PARAMETER_INSERT, &wanted->insert, sizeof wanted->insert);
    const IGVM_VHS_VP_CONTEXT context = {0, 1, 0, 0, 0};
    const uint32_t body = sample_header(&sample, IGVM_VHT_VP_CONTEXT, &context, 20);
    const struct {
        IgvmVbsVpContextHeader header;
        IgvmVbsVpContextRegister rip;
    } registers = {{1}, {0, 0x00020010, {0}, {0x34, 0x12}}};
    sample_point(&sample, body, offsetof(IGVM_VHS_VP_CONTEXT, file_offset),
                 sample_data(&sample, &registers, sizeof registers));
}
#define RELOCATION_CASE(name, member, value)    \
    static void name(void) {                    \
        struct relocation changed = relocation; \
        changed.member = (value);               \
        relocate(&changed);                     \
    }
RELOCATION_CASE(relocations, insert.gpa, 0x80000)
RELOCATION_CASE(relocation_alignment_0, region.relocation_alignment, 0)
RELOCATION_CASE(relocation_alignment_1, region.relocation_alignment, 1)
RELOCATION_CASE(relocation_unaligned, region.relocation_region_gpa, 0x300000)
RELOCATION_CASE(relocation_minimum_unaligned, region.minimum_relocation_gpa, 0x1000)
RELOCATION_CASE(relocation_above_maximum, region.maximum_relocation_gpa, 0)
RELOCATION_CASE(relocation_of_half_a_page, region.relocation_region_size, 0x800)
RELOCATION_CASE(relocation_of_vp_1, region.vp_index, 1)
RELOCATION_CASE(relocation_of_vtl_2, region.vtl, 2)
RELOCATION_CASE(relocation_of_snp_alone, region.compatibility_mask, 2)
RELOCATION_CASE(tables_used_past_the_end, tables.used_size, 0x5000)
RELOCATION_CASE(tables_reserved, tables.reserved, 1)
RELOCATION_CASE(tables_in_region, tables.gpa, 0x300000)
RELOCATION_CASE(insert_in_tables, insert.gpa, 0x13000)
static void tables_twice(void) {
    struct relocation changed = relocation;
    changed.more_tables = relocation.tables;
    changed.more_tables.gpa = 0x90000;
    relocate(&changed);
}

static void page_unaligned(void) { body_of(IGVM_VHT_PAGE_DATA, 0)[0] = 1; }
static void page_type_4(void) { body_of(IGVM_VHT_PAGE_DATA, 0)[20] = 4; }
static void page_reserved(void) { body_of(IGVM_VHT_PAGE_DATA, 0)[22] = 1; }
static void page_of_unknown_mask(void) { body_of(IGVM_VHT_PAGE_DATA, 0)[8] = 64; }
static void page_twice(void) { PUT(body_of(IGVM_VHT_PAGE_DATA, 1), 0x1000); }
static void page_data_in_headers(void) { sample.pointers[0].place = (uint32_t)-8; }
static void page_data_past_the_end(void) { sample.pointers[0].place = sample.data_size - 4095; }
static void area_of_100_bytes(void) { PUT(body_of(IGVM_VHT_PARAMETER_AREA, 1), 100); }
static void area_twice(void) { body_of(IGVM_VHT_PARAMETER_AREA, 1)[8] = 0; }
static void parameter_of_no_area(void) { body_of(IGVM_VHT_MEMORY_MAP, 0)[0] = 7; }
static void parameter_outside_area(void) { PUT(body_of(IGVM_VHT_MEMORY_MAP, 0) + 4, 4095); }
static void insert_of_no_area(void) { body_of(IGVM_VHT_PARAMETER_INSERT, 0)[12] = 7; }
static void insert_for(uint32_t mask, uint64_t gpa) {
    body_of(IGVM_VHT_PARAMETER_INSERT, 0)[8] = 1;
    const IGVM_VHS_PARAMETER_INSERT insert = {gpa, mask, 1};
    sample_header(&sample, IGVM_VHT_PARAMETER_INSERT, &insert, sizeof insert);
}
static void insert_twice(void) { insert_for(1, 0x20000); }
static void insert_twice_for_two_platforms(void) { insert_for(2, 0x20000); }
static void parameter_after_insert(void) {
    const IGVM_VHS_PARAMETER count = {1, 0};
    sample_header(&sample, IGVM_VHT_VP_COUNT_PARAMETER, &count, sizeof count);
}
static void memory_unaligned(void) { body_of(IGVM_VHT_REQUIRED_MEMORY, 0)[1] = 1; }
static void memory_reserved(void) { body_of(IGVM_VHT_REQUIRED_MEMORY, 0)[20] = 1; }
static void context_of_two_platforms(void) { body_of(IGVM_VHT_VP_CONTEXT, 0)[8] = 3; }
static void context_of_unknown_mask(void) { body_of(IGVM_VHT_VP_CONTEXT, 0)[8] = 64; }
static void context_without_data(void) { sample.pointers[2] = sample.pointers[--sample.pointer_count]; }
static void context_of_tdx(void) { body_of(IGVM_VHT_SUPPORTED_PLATFORM, 0)[5] = IGVM_PLATFORM_TYPE_TDX; }
static void native_tail(void) { sample.data[sample.pointers[2].place + 0xE8] = 1; }
static void vbs_vp_1(void) { body_of(IGVM_VHT_VP_CONTEXT, 2)[16] = 1; }
static void vbs_without_registers(void) { sample.data[sample.pointers[3].place] = 0; }
static void vbs_two_vtls(void) { sample.data[sample.pointers[3].place + 4 + 32] = 2; }
static void vbs_vtl_3(void) {
    sample.data[sample.pointers[3].place + 4] = 3;
    sample.data[sample.pointers[3].place + 4 + 32] = 3;
}
static void vbs_registers_past_the_end(void) { PUT(sample.data + sample.pointers[3].place, 0xFFFFFFFF); }
static void error_range_unaligned(void) {
    const IGVM_VHS_ERROR_RANGE range = {0x40001, 7, 0x1000};
    sample_header(&sample, IGVM_VHT_ERROR_RANGE, &range, sizeof range);
}

static const struct {
    const char* name;
    void (*break_it)(void);
    int32_t code; /* 0: the file opens */
} cases[] = {
    {"architecture 9", architecture_9, IGVMAPI_INVALID_FIXED_HEADER},
    {"pages of 64 KiB", pages_of_64k, IGVMAPI_UNSUPPORTED_PAGE_SIZE},
    {"x64 platforms for AArch64", for_aarch64, IGVMAPI_PLATFORM_ARCH_UNSUPPORTED},
    {"type of no section", type_of_no_section, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {"type 0", type_0, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {"unknown directive", unknown_directive, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"unknown initialization", unknown_initialization, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"unknown platform header", unknown_platform, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {"optional header", optional_header, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {"optional unknown header", optional_unknown, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {"length of a directive", length_of_directive, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"length of a policy", length_of_policy, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"length of a platform", length_of_platform, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {"last header cut", last_header_cut, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"half a header more", half_a_header_more, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {"platform behind directives", late_platform, IGVMAPI_INVALID_BINARY_VARIABLE_HEADER_SECTION},
    {"platform with two bits", platform_with_two_bits, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {"VTL 1", vtl_1, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {"platform type 7", platform_type_7, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {"platform version 2", platform_version_2, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {"boundary of NATIVE", native_boundary, IGVMAPI_INVALID_BINARY_PLATFORM_HEADER},
    {"no platform", no_platform, IGVMAPI_NO_PLATFORM_HEADERS},
    {"policy's reserved field", policy_reserved, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"policy of no platform", policy_of_unknown_mask, 0},
    {"CCA policy on x64", cca_policy_on_x64, IGVMAPI_INVALID_HEADER_ARCH},
    {"CCA policy", cca_policy, 0},
    {"CCA policy for VBS", cca_policy_for_vbs, IGVMAPI_INVALID_CCA_POLICY_COMPATIBILITY_MASK},
    {"CCA policy contradicts itself", cca_policy_contradicts, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"CCA context", cca_context_full, 0},
    {"tail of a CCA context", cca_context_tail, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"relocations", relocations, 0},
    {"relocation alignment 0", relocation_alignment_0, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"relocation alignment 1", relocation_alignment_1, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"relocation unaligned", relocation_unaligned, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"minimum unaligned", relocation_minimum_unaligned, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"base above the maximum", relocation_above_maximum, 0},
    {"relocation of half a page", relocation_of_half_a_page, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"relocation of VP 1", relocation_of_vp_1, IGVMAPI_NO_MATCHING_VP_CONTEXT},
    {"relocation of VTL 2", relocation_of_vtl_2, IGVMAPI_NO_MATCHING_VP_CONTEXT},
    {"relocation of SNP alone", relocation_of_snp_alone, IGVMAPI_NO_MATCHING_VP_CONTEXT},
    {"page tables used past the end", tables_used_past_the_end, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"page tables' reserved field", tables_reserved, IGVMAPI_INVALID_BINARY_INITIALIZATION_HEADER},
    {"page tables in the region", tables_in_region, IGVMAPI_RELOCATION_REGIONS_OVERLAP},
    {"page tables twice", tables_twice, IGVMAPI_MULTIPLE_PAGE_TABLE_RELOCATION_HEADERS},
    {"insert in the page tables", insert_in_tables, IGVMAPI_PARAMETER_INSERT_INSIDE_PAGE_TABLE_REGION},
    {"page unaligned", page_unaligned, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"page type 4", page_type_4, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"page's reserved field", page_reserved, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"page of no platform", page_of_unknown_mask, 0},
    {"page twice", page_twice, 0},
    {"page data in the headers", page_data_in_headers, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"page data past the end", page_data_past_the_end, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"area of 100 bytes", area_of_100_bytes, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"area twice", area_twice, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {"parameter of no area", parameter_of_no_area, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {"parameter outside its area", parameter_outside_area, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {"insert of no area", insert_of_no_area, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {"insert twice", insert_twice, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {"insert for two platforms", insert_twice_for_two_platforms, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {"parameter after insert", parameter_after_insert, IGVMAPI_INVALID_PARAMETER_AREA_INDEX},
    {"memory unaligned", memory_unaligned, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"memory's reserved field", memory_reserved, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"context of two platforms", context_of_two_platforms, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"context of no platform", context_of_unknown_mask, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"context of TDX", context_of_tdx, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"context without data", context_without_data, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"tail of a native context", native_tail, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"VBS context of VP 1", vbs_vp_1, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"VBS context without registers", vbs_without_registers, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"VBS context of two VTLs", vbs_two_vtls, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"VBS context of VTL 3", vbs_vtl_3, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"VBS registers past the end", vbs_registers_past_the_end, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"error range unaligned", error_range_unaligned, IGVMAPI_INVALID_BINARY_DIRECTIVE_HEADER},
    {"platform type twice", platform_twice, IGVMAPI_MULTIPLE_PLATFORM_HEADERS_WITH_SAME_ISOLATION},
};

static void judge(const char* name, int32_t code) {
    const IgvmHandle file = igvm_new_from_binary(sample.bytes, sample.size);
    expect_equal(file > 0 ? 0 : file, code, name, __FILE__, __LINE__);
    if (file < 0) EXPECT_PART(igvm_error_text(), "IGVM-");
    igvm_free(file);
}

void test_refusals(void) {
    for (size_t i = 0; i < sizeof finished_cases / sizeof finished_cases[0]; i++) {
        sample_all_kinds(&sample);
        sample_finish(&sample);
        finished_cases[i].break_it();
        judge(finished_cases[i].name, finished_cases[i].code);
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sample_all_kinds(&sample);
        cases[i].break_it();
        sample_finish(&sample);
        judge(cases[i].name, cases[i].code);
    }
}
