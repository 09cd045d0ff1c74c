// The writer among the extensions.
#include "c/file.hpp"
#include "c/file_writer.hpp"
#include "c/handles.hpp"
#include "c/last_error.hpp"
#include "igvm/igvm_extensions.h"

using igvm::Architecture;
using igvm::Bytes;
using igvm::c::failed;
using igvm::c::File;
using igvm::c::files;
using igvm::c::FileWriter;
using igvm::c::guarded;
using igvm::c::writers;

IgvmHandle igvm_writer_new(uint32_t format_version, IgvmArchitecture architecture) noexcept {
    return guarded<IgvmHandle>(IGVMAPI_INVALID_FILE, [&]() -> IgvmHandle {
        if (format_version != IGVM_FORMAT_VERSION_1 && format_version != IGVM_FORMAT_VERSION_2)
            return failed(IGVMAPI_INVALID_PARAMETER, "the format version is neither 1 nor 2");
        if (architecture > IGVM_ARCHITECTURE_AARCH64)
            return failed(IGVMAPI_INVALID_PARAMETER, "the architecture is neither x64 nor AArch64");
        if (format_version == IGVM_FORMAT_VERSION_1 && architecture != IGVM_ARCHITECTURE_X64)
            return failed(IGVMAPI_INVALID_PARAMETER, "files of format version 1 are for x64");
        return writers().add(std::make_shared<FileWriter>(igvm::WriterOptions{
            .version = format_version, .architecture = static_cast<Architecture>(architecture)}));
    });
}

int32_t igvm_writer_append(IgvmHandle writer, uint32_t type, const void* header, const void* data,
                           uint32_t data_size) noexcept {
    return guarded<std::int32_t>(IGVMAPI_INVALID_FILE, [&]() -> std::int32_t {
        const auto found = writers().find(writer);
        if (!found) return failed(IGVMAPI_INVALID_HANDLE, "there is no such writer");
        if (header == nullptr || (data == nullptr && data_size != 0))
            return failed(IGVMAPI_INVALID_PARAMETER, "the header or its data is NULL");
        const Bytes bytes(static_cast<const std::uint8_t*>(data), data_size);
        const auto appended = found->append(type, header, bytes);
        return appended ? IGVMAPI_OK : failed(IGVMAPI_INVALID_PARAMETER, to_string(appended.error()));
    });
}

IgvmHandle igvm_writer_finish(IgvmHandle writer) noexcept {
    return guarded<IgvmHandle>(IGVMAPI_INVALID_FILE, [&]() -> IgvmHandle {
        const auto found = writers().remove(writer);
        if (!found) return failed(IGVMAPI_INVALID_HANDLE, "there is no such writer");
        auto bytes = found->finish();
        if (!bytes) return failed(IGVMAPI_TOTAL_FILE_SIZE_TOO_LARGE, to_string(bytes.error()));
        auto file = File::open(*std::move(bytes));
        if (!file) return failed(file.error().code, to_string(file.error().error));
        return files().add(*std::move(file));
    });
}

void igvm_writer_free(IgvmHandle writer) noexcept {
    (void)guarded(false, [&] { return writers().remove(writer) != nullptr; });
}
