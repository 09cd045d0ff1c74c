/* Loads a file as a VMM does that was written for libigvm 0.4, with nothing but <igvm/igvm.h>: picks a
 * platform, walks the directives, gathers contiguous pages, fills parameters, then reads the policy. The data
 * handles it compares pages by are never freed, at every reset again, as in QEMU.
 *
 * usage: vmm FILE PLATFORM_TYPE RESETS */
#include <igvm/igvm.h>
#include <igvm/igvm_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AREAS_MAX = 16 };

struct area {
    uint32_t index;
    uint64_t size;
    uint8_t* data;
};

struct machine {
    IgvmHandle file;
    uint32_t mask;
    uint32_t index; /* of the directive in hand */
    IGVM_VHS_PAGE_DATA last_page;
    uint32_t last_page_index;
    struct area areas[AREAS_MAX];
    uint32_t area_count;
    uint32_t regions, pages, zero_pages, inserts, contexts;
    uint64_t policy, data_sum, required_bytes;
};

static const void* structure(struct machine* machine, IgvmHeaderSection section, IgvmHandle* handle) {
    *handle = igvm_get_header(machine->file, section, machine->index);
    if (*handle < 0) exit(3);
    const uint8_t* bytes = igvm_get_buffer(machine->file, *handle);
    if (bytes == NULL) exit(3);
    return bytes + sizeof(IGVM_VHS_VARIABLE_HEADER);
}

static void add_data(struct machine* machine, IgvmHandle data) {
    const int32_t size = igvm_get_buffer_size(machine->file, data);
    const uint8_t* bytes = igvm_get_buffer(machine->file, data);
    if (bytes == NULL || size <= 0) exit(3);
    for (int32_t i = 0; i < size; i++) machine->data_sum += bytes[i];
    igvm_free_buffer(machine->file, data);
}

static int continues_region(struct machine* machine, const IGVM_VHS_PAGE_DATA* page) {
    const IgvmHandle before =
        igvm_get_header_data(machine->file, IGVM_HEADER_SECTION_DIRECTIVE, machine->index - 1);
    const IgvmHandle now = igvm_get_header_data(machine->file, IGVM_HEADER_SECTION_DIRECTIVE, machine->index);
    if ((before == IGVMAPI_NO_DATA) != (now == IGVMAPI_NO_DATA)) return 0;
    return memcmp(&page->flags, &machine->last_page.flags, sizeof page->flags) == 0 &&
           page->data_type == machine->last_page.data_type &&
           page->gpa == machine->last_page.gpa + IGVM_PAGE_SIZE_4K;
}

static void page_data(struct machine* machine, const void* body) {
    const IGVM_VHS_PAGE_DATA* page = body;
    if (!(page->compatibility_mask & machine->mask)) return;
    const int contiguous = machine->pages > 0 && machine->last_page_index + 1 == machine->index;
    if (!contiguous || !continues_region(machine, page)) machine->regions++;
    const IgvmHandle data =
        igvm_get_header_data(machine->file, IGVM_HEADER_SECTION_DIRECTIVE, machine->index);
    if (data == IGVMAPI_NO_DATA)
        machine->zero_pages++;
    else
        add_data(machine, data);
    machine->pages++;
    machine->last_page = *page;
    machine->last_page_index = machine->index;
}

static void vp_context(struct machine* machine, const void* body) {
    const IGVM_VHS_VP_CONTEXT* context = body;
    if (!(context->compatibility_mask & machine->mask)) return;
    add_data(machine, igvm_get_header_data(machine->file, IGVM_HEADER_SECTION_DIRECTIVE, machine->index));
    machine->contexts++;
}

static void parameter_area(struct machine* machine, const void* body) {
    const IGVM_VHS_PARAMETER_AREA* area = body;
    if (machine->area_count == AREAS_MAX) exit(3);
    const struct area made = {area->parameter_area_index, area->number_of_bytes,
                              calloc(1, area->number_of_bytes)};
    machine->areas[machine->area_count++] = made;
}

static struct area* find_area(struct machine* machine, uint32_t index) {
    for (uint32_t i = 0; i < machine->area_count; i++)
        if (machine->areas[i].index == index) return &machine->areas[i];
    exit(3);
}

static void vp_count(struct machine* machine, const void* body) {
    const IGVM_VHS_PARAMETER* parameter = body;
    const uint32_t count = 2;
    memcpy(find_area(machine, parameter->parameter_area_index)->data + parameter->byte_offset, &count,
           sizeof count);
}

static void parameter_insert(struct machine* machine, const void* body) {
    const IGVM_VHS_PARAMETER_INSERT* insert = body;
    if (!(insert->compatibility_mask & machine->mask)) return;
    (void)find_area(machine, insert->parameter_area_index);
    machine->inserts++;
}

static void required_memory(struct machine* machine, const void* body) {
    const IGVM_VHS_REQUIRED_MEMORY* memory = body;
    if (memory->compatibility_mask & machine->mask) machine->required_bytes += memory->number_of_bytes;
}

static void guest_policy(struct machine* machine, const void* body) {
    const IGVM_VHS_GUEST_POLICY* policy = body;
    if (policy->compatibility_mask & machine->mask) machine->policy = policy->policy;
}

static const struct {
    uint32_t type;
    IgvmHeaderSection section;
    void (*handle)(struct machine*, const void*);
} handlers[] = {
    {IGVM_VHT_PAGE_DATA, IGVM_HEADER_SECTION_DIRECTIVE, page_data},
    {IGVM_VHT_VP_CONTEXT, IGVM_HEADER_SECTION_DIRECTIVE, vp_context},
    {IGVM_VHT_PARAMETER_AREA, IGVM_HEADER_SECTION_DIRECTIVE, parameter_area},
    {IGVM_VHT_PARAMETER_INSERT, IGVM_HEADER_SECTION_DIRECTIVE, parameter_insert},
    {IGVM_VHT_VP_COUNT_PARAMETER, IGVM_HEADER_SECTION_DIRECTIVE, vp_count},
    {IGVM_VHT_REQUIRED_MEMORY, IGVM_HEADER_SECTION_DIRECTIVE, required_memory},
    {IGVM_VHT_GUEST_POLICY, IGVM_HEADER_SECTION_INITIALIZATION, guest_policy},
};

static void handle_section(struct machine* machine, IgvmHeaderSection section) {
    const int32_t count = igvm_header_count(machine->file, section);
    for (machine->index = 0; machine->index < (uint32_t)count; machine->index++) {
        const IgvmVariableHeaderType type =
            (IgvmVariableHeaderType)igvm_get_header_type(machine->file, section, machine->index);
        for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
            if (handlers[i].type != type || handlers[i].section != section) continue;
            IgvmHandle header;
            const void* body = structure(machine, section, &header);
            handlers[i].handle(machine, body);
            igvm_free_buffer(machine->file, header);
        }
    }
}

static void choose_platform(struct machine* machine, IgvmPlatformType type) {
    const int32_t count = igvm_header_count(machine->file, IGVM_HEADER_SECTION_PLATFORM);
    for (machine->index = 0; machine->index < (uint32_t)count; machine->index++) {
        IgvmHandle header;
        const IGVM_VHS_SUPPORTED_PLATFORM* platform =
            structure(machine, IGVM_HEADER_SECTION_PLATFORM, &header);
        if (platform->platform_type == type) machine->mask = platform->compatibility_mask;
        igvm_free_buffer(machine->file, header);
    }
}

static struct machine start(IgvmHandle file, IgvmPlatformType type) {
    struct machine machine;
    memset(&machine, 0, sizeof machine);
    machine.file = file;
    choose_platform(&machine, type);
    handle_section(&machine, IGVM_HEADER_SECTION_DIRECTIVE);
    handle_section(&machine, IGVM_HEADER_SECTION_INITIALIZATION);
    for (uint32_t i = 0; i < machine.area_count; i++) free(machine.areas[i].data);
    return machine;
}

static IgvmHandle open_file(const char* path) {
    static uint8_t bytes[16 << 20];
    FILE* stream = fopen(path, "rb");
    if (stream == NULL) exit(2);
    const size_t size = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    const IgvmHandle file = igvm_new_from_binary(bytes, (uint32_t)size);
    memset(bytes, 0, size);
    return file;
}

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const IgvmHandle file = open_file(argv[1]);
    if (file < 0) return 1;
    const IgvmPlatformType type = (IgvmPlatformType)atoi(argv[2]);
    struct machine machine = start(file, type);
    for (int reset = 0; reset < atoi(argv[3]); reset++) machine = start(file, type);
    printf(
        "mask %u regions %u pages %u zero %u inserts %u contexts %u policy 0x%llx sum %llu required %llu\n",
        machine.mask, machine.regions, machine.pages, machine.zero_pages, machine.inserts, machine.contexts,
        (unsigned long long)machine.policy, (unsigned long long)machine.data_sum,
        (unsigned long long)machine.required_bytes);
    igvm_free(file);
    return 0;
}
