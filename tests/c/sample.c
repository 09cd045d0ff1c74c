#include "sample.h"

#include <string.h>
#include <zlib.h>

enum { PAGE = 4096 };

void sample_begin(struct sample* sample) {
    memset(sample, 0, sizeof *sample);
    sample->version = 1;
    sample->page_size = PAGE;
}

uint32_t sample_header(struct sample* sample, uint32_t type, const void* body, uint32_t length) {
    const uint32_t place = sample->headers_size + 8;
    memcpy(sample->headers + sample->headers_size, &type, 4);
    memcpy(sample->headers + sample->headers_size + 4, &length, 4);
    memcpy(sample->headers + place, body, length);
    sample->headers_size = (place + length + 7) / 8 * 8;
    return place;
}

uint32_t sample_data(struct sample* sample, const void* data, uint32_t size) {
    const uint32_t place = sample->data_size;
    memcpy(sample->data + place, data, size);
    sample->data_size += size;
    return place;
}

static uint32_t fixed_size(const struct sample* sample) { return sample->version == 2 ? 32 : 24; }

void sample_point(struct sample* sample, uint32_t body, size_t member, uint32_t place) {
    const struct sample_pointer pointer = {body + (uint32_t)member, place};
    sample->pointers[sample->pointer_count++] = pointer;
}

void sample_sign(struct sample* sample) {
    IGVM_FIXED_HEADER fixed;
    memcpy(&fixed, sample->bytes, sizeof fixed);
    fixed.checksum = 0;
    uLong crc = crc32(0, (const Bytef*)&fixed, sizeof fixed);
    crc = crc32(crc, sample->bytes + sizeof fixed, fixed_size(sample) - (uInt)sizeof fixed);
    fixed.checksum = (uint32_t)crc32(crc, sample->bytes + fixed_size(sample), sample->headers_size);
    memcpy(sample->bytes, &fixed, sizeof fixed);
}

void sample_finish(struct sample* sample) {
    const uint32_t data = fixed_size(sample) + sample->headers_size;
    for (uint32_t i = 0; i < sample->pointer_count; i++) {
        const uint32_t offset = data + sample->pointers[i].place;
        memcpy(sample->headers + sample->pointers[i].position, &offset, 4);
    }
    sample->size = data + sample->data_size;
    const IGVM_FIXED_HEADER_V2 fixed = {IGVM_MAGIC_VALUE,     sample->version,  fixed_size(sample),
                                        sample->headers_size, sample->size,     0,
                                        sample->architecture, sample->page_size};
    memcpy(sample->bytes, &fixed, fixed_size(sample));
    memcpy(sample->bytes + fixed_size(sample), sample->headers, sample->headers_size);
    memcpy(sample->bytes + data, sample->data, sample->data_size);
    sample_sign(sample);
}

uint32_t sample_platform(struct sample* sample, uint32_t mask, IgvmPlatformType type) {
    const IGVM_VHS_SUPPORTED_PLATFORM platform = {mask, 0, type, 1, 0};
    return sample_header(sample, IGVM_VHT_SUPPORTED_PLATFORM, &platform, sizeof platform);
}

static uint32_t add_context(struct sample* sample, uint64_t gpa, uint32_t mask) {
    const IGVM_VHS_VP_CONTEXT context = {gpa, mask, 0, 0, 0};
    return sample_header(sample, IGVM_VHT_VP_CONTEXT, &context, 20);
}

static uint32_t add_page(struct sample* sample, uint64_t gpa) {
    const IGVM_VHS_PAGE_DATA page = {gpa, 7, 0, {0, 0, 0, 0}, IGVM_PAGE_DATA_TYPE_NORMAL, 0};
    return sample_header(sample, IGVM_VHT_PAGE_DATA, &page, sizeof page);
}

static uint32_t add_area(struct sample* sample, uint32_t index) {
    const IGVM_VHS_PARAMETER_AREA area = {PAGE, index, 0};
    return sample_header(sample, IGVM_VHT_PARAMETER_AREA, &area, sizeof area);
}

static uint32_t add_vbs_registers(struct sample* sample) {
    struct {
        IgvmVbsVpContextHeader header;
        IgvmVbsVpContextRegister registers[2];
    } context = {{2}, {{0, 0x00020010, {0}, {0x34, 0x12}}, {0, 0x00020000, {0}, {1}}}};
    return sample_data(sample, &context, sizeof context);
}

void sample_all_kinds(struct sample* sample) {
    sample_begin(sample);
    sample_platform(sample, 1, IGVM_PLATFORM_TYPE_NATIVE);
    sample_platform(sample, 2, IGVM_PLATFORM_TYPE_SEV_SNP);
    sample_platform(sample, 4, IGVM_PLATFORM_TYPE_VSM_ISOLATION);
    const IGVM_VHS_GUEST_POLICY policy = {0x30000, 2, 0};
    sample_header(sample, IGVM_VHT_GUEST_POLICY, &policy, sizeof policy);

    const uint32_t page = add_page(sample, 0x1000);
    add_page(sample, 0x2000);
    const uint32_t area = add_area(sample, 0);
    add_area(sample, 1);
    const IGVM_VHS_PARAMETER map = {1, 0x10};
    sample_header(sample, IGVM_VHT_MEMORY_MAP, &map, sizeof map);
    const IGVM_VHS_PARAMETER_INSERT insert = {0x8000, 7, 1};
    sample_header(sample, IGVM_VHT_PARAMETER_INSERT, &insert, sizeof insert);
    const uint32_t native = add_context(sample, 0x5000, 1);
    const uint32_t snp = add_context(sample, 0xFFFFFFFFF000, 2);
    const uint32_t vbs = add_context(sample, 0x6000, 4);
    const IGVM_VHS_REQUIRED_MEMORY memory = {0x10000, 7, 0x2000, {1, 0}, 0};
    sample_header(sample, IGVM_VHT_REQUIRED_MEMORY, &memory, sizeof memory);
    IGVM_VHS_SNP_ID_BLOCK block;
    memset(&block, 0, sizeof block);
    block.compatibility_mask = 2;
    block.guest_svn = 9;
    block.family_id[15] = 0xF1;
    block.author_public_key.qy[71] = 0x71;
    sample_header(sample, IGVM_VHT_SNP_ID_BLOCK, &block, sizeof block);
    IGVM_VHS_VBS_MEASUREMENT measurement;
    memset(&measurement, 0, sizeof measurement);
    measurement.compatibility_mask = 4;
    measurement.public_key[511] = 0x77;
    sample_header(sample, IGVM_VHT_VBS_MEASUREMENT, &measurement, sizeof measurement);

    uint8_t bytes[PAGE];
    memset(bytes, 0xAB, sizeof bytes);
    sample_point(sample, page, offsetof(IGVM_VHS_PAGE_DATA, file_offset),
                 sample_data(sample, bytes, sizeof bytes));
    memset(bytes, 0xCD, sizeof bytes);
    sample_point(sample, area, offsetof(IGVM_VHS_PARAMETER_AREA, file_offset),
                 sample_data(sample, bytes, sizeof bytes));
    memset(bytes, 0, sizeof bytes);
    bytes[0x80] = 0x99;
    sample_point(sample, native, offsetof(IGVM_VHS_VP_CONTEXT, file_offset),
                 sample_data(sample, bytes, sizeof bytes));
    bytes[0x80] = 0;
    bytes[0x3B0] = 1;
    /* The registers of VSM isolation come first, so that the save area lies at no multiple of 8. */
    sample_point(sample, vbs, offsetof(IGVM_VHS_VP_CONTEXT, file_offset), add_vbs_registers(sample));
    sample_point(sample, snp, offsetof(IGVM_VHS_VP_CONTEXT, file_offset),
                 sample_data(sample, bytes, sizeof bytes));
}
