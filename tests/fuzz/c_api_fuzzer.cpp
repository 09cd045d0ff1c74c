// The C interface on any bytes: they are opened as a file, read as a program does, and then taken as a series
// of calls with any handles. Nothing may crash, hang or leak, and what a call returns must agree with the
// next.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "igvm/igvm_extensions.h"
#include "sealed_copy.hpp"

namespace {

constexpr std::size_t kMaxCalls = 64;
constexpr std::uint32_t kMaxHeaders = 4096;

void require(bool holds) {
    if (!holds) std::abort();
}

/// The bytes of a buffer are all there and aligned; frees it.
void use_buffer(IgvmHandle file, IgvmHandle buffer) {
    if (buffer < 0) return;
    const std::uint8_t* bytes = igvm_get_buffer(file, buffer);
    const std::int32_t size = igvm_get_buffer_size(file, buffer);
    require(bytes != nullptr && size > 0 && reinterpret_cast<std::uintptr_t>(bytes) % 8 == 0);
    require((bytes[0] & ~bytes[0]) == 0 && (bytes[size - 1] & ~bytes[size - 1]) == 0);
    igvm_free_buffer(file, buffer);
    require(igvm_get_buffer(file, buffer) == nullptr);
}

void use_header(IgvmHandle file, IgvmHeaderSection section, std::uint32_t index) {
    const std::int32_t type = igvm_get_header_type(file, section, index);
    require(type > 0);
    const IgvmHandle header = igvm_get_header(file, section, index);
    require(header > 0 || type == IGVM_VHT_ERROR_RANGE);
    if (header > 0) {
        const auto* bytes = reinterpret_cast<const IGVM_VHS_VARIABLE_HEADER*>(igvm_get_buffer(file, header));
        require(bytes->typ == static_cast<std::uint32_t>(type));
        require(8 + (std::uint64_t{bytes->length} + 7) / 8 * 8 ==
                static_cast<std::uint64_t>(igvm_get_buffer_size(file, header)));
    }
    use_buffer(file, header);
    use_buffer(file, igvm_get_header_data(file, section, index));
}

void use_file(IgvmHandle file) {
    for (IgvmHeaderSection section = 0; section <= IGVM_HEADER_SECTION_DIRECTIVE; ++section) {
        const std::int32_t count = igvm_header_count(file, section);
        require(count >= 0);
        const std::uint32_t used = std::min(static_cast<std::uint32_t>(count), kMaxHeaders);
        for (std::uint32_t index = 0; index < used; ++index) use_header(file, section, index);
    }
    use_buffer(file, igvm_get_fixed_header(file));
    use_buffer(file, igvm_get_binary(file));
}

/// Handles that calls gave, live or not, and a few that none ever gave.
struct Handles {
    std::array<IgvmHandle, 16> known{0, -1, 1, INT32_MAX, INT32_MIN};

    IgvmHandle any(std::uint8_t choice) const { return known[choice % known.size()]; }
    /// Frees what was kept there, so that no file outlives its input.
    void keep(std::uint8_t choice, IgvmHandle handle) {
        IgvmHandle& place = known[choice % known.size()];
        igvm_free(place);
        igvm_writer_free(place);
        place = handle;
    }
};

/// One call, told by four bytes: which, on which handles, with which index.
void call(Handles& handles, const std::uint8_t* bytes, const std::uint8_t* data, std::size_t size) {
    const IgvmHandle first = handles.any(bytes[1]);
    const IgvmHandle second = handles.any(bytes[2]);
    const IgvmHeaderSection section = bytes[2] % 4;
    const std::uint8_t keep = static_cast<std::uint8_t>(bytes[2] / 16);
    switch (bytes[0] % 12) {
        case 0:
            igvm_free(first);
            break;
        case 1:
            igvm_free_buffer(first, second);
            break;
        case 2:
            handles.keep(keep, igvm_get_header(first, section, bytes[3]));
            break;
        case 3:
            handles.keep(keep, igvm_get_header_data(first, section, bytes[3]));
            break;
        case 4:
            use_buffer(first, igvm_get_buffer(first, second) != nullptr ? second : -1);
            break;
        case 5:
            handles.keep(keep, igvm_new_from_binary(data, static_cast<std::uint32_t>(size)));
            break;
        case 6:
            handles.keep(keep, igvm_writer_new(bytes[2] % 4, bytes[3] % 3));
            break;
        case 7: {
            std::array<std::uint8_t, 1024> header{};
            std::copy_n(data, std::min(size, header.size()), header.begin());
            const std::uint32_t data_size = bytes[3] % 2 != 0 ? 4096 : 0;
            if (data_size <= size)
                (void)igvm_writer_append(first, 0x300u + bytes[2] % 32, header.data(), data, data_size);
            break;
        }
        case 8:
            handles.keep(keep, igvm_writer_finish(first));
            break;
        case 9:
            igvm_writer_free(first);
            break;
        case 10: {
            std::array<std::uint8_t, IGVM_DIGEST_MAX> digest{};
            (void)igvm_measure(first, bytes[2], "spec", digest.data(), bytes[3] % (digest.size() + 1));
            break;
        }
        default:
            handles.keep(keep, igvm_get_fixed_header(first));
            break;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const auto length = static_cast<std::uint32_t>(size);
    igvm_free(igvm_new_from_binary(input, length));
    (void)igvm_check(input, length, nullptr, nullptr);

    const std::vector<std::uint8_t> bytes = igvm::test::sealed_copy({input, size});
    const std::uint8_t* data = bytes.data();
    const IgvmHandle file = igvm_new_from_binary(data, length);
    require(file > 0 || (file < 0 && igvm_error_text()[0] != '\0'));
    if (file > 0) use_file(file);

    Handles handles;
    handles.keep(5, file);
    const std::size_t calls = std::min(size / 4, kMaxCalls);
    for (std::size_t i = 0; i < calls; ++i) call(handles, data + size - 4 * (i + 1), data, size);
    for (const IgvmHandle handle : handles.known) {
        igvm_free(handle);
        igvm_writer_free(handle);
    }
    return 0;
}
