/* Lists the headers of an IGVM file: a VMM's first steps with libigvm.
 *
 *   cc list_headers.c $(pkg-config --cflags --libs igvm) -o list_headers */
#include <igvm/igvm_extensions.h>
#include <stdio.h>
#include <stdlib.h>

static uint8_t* read_file(const char* path, uint32_t* size) {
    FILE* file = fopen(path, "rb");
    uint8_t* bytes = NULL;
    long end;
    if (file == NULL) return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) > 0 && end <= (long)UINT32_MAX) {
        rewind(file);
        bytes = malloc((size_t)end);
        *size = (uint32_t)end;
        if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
            free(bytes);
            bytes = NULL;
        }
    }
    fclose(file);
    return bytes;
}

static void list_header(IgvmHandle file, IgvmHeaderSection section, uint32_t index) {
    static const char* const names[] = {"platform", "initialization", "directive"};
    const IgvmHandle header = igvm_get_header(file, section, index);
    const IgvmHandle data = igvm_get_header_data(file, section, index);
    printf("%s %u: type 0x%03X", names[section], index, igvm_get_header_type(file, section, index));
    if (header > 0) printf(", %d bytes", igvm_get_buffer_size(file, header));
    if (data > 0) printf(", %d bytes of data", igvm_get_buffer_size(file, data));
    printf("\n");
    igvm_free_buffer(file, data);
    igvm_free_buffer(file, header);
}

int main(int argc, char** argv) {
    uint32_t size = 0;
    uint8_t* bytes = argc == 2 ? read_file(argv[1], &size) : NULL;
    if (bytes == NULL) {
        fprintf(stderr, "usage: list_headers FILE, a file that can be read\n");
        return 2;
    }
    const IgvmHandle file = igvm_new_from_binary(bytes, size);
    free(bytes);
    if (file < 0) {
        fprintf(stderr, "%s: %s: %s\n", argv[1], igvm_error_name(file), igvm_error_text());
        return 1;
    }
    for (IgvmHeaderSection section = 0; section <= IGVM_HEADER_SECTION_DIRECTIVE; section++) {
        const int32_t count = igvm_header_count(file, section);
        for (int32_t index = 0; index < count; index++) list_header(file, section, (uint32_t)index);
    }
    igvm_free(file);
    return 0;
}
