// The nine functions of libigvm 0.4.
#include "igvm/igvm.h"

#include "c/file.hpp"
#include "c/handles.hpp"
#include "c/last_error.hpp"

using igvm::Bytes;
using igvm::Header;
using igvm::HeaderType;
using igvm::c::failed;
using igvm::c::File;
using igvm::c::files;
using igvm::c::guarded;

namespace {

/// `then(file, header)` of a header that is there, or the code of what is not.
template <class Then>
std::int32_t with_header(IgvmHandle handle, IgvmHeaderSection section, std::uint32_t index,
                         const Then& then) noexcept {
    return guarded<std::int32_t>(IGVMAPI_INVALID_FILE, [&]() -> std::int32_t {
        const auto file = files().find(handle);
        if (!file) return IGVMAPI_INVALID_HANDLE;
        const auto header = file->header(section, index);
        if (!header) return IGVMAPI_INVALID_PARAMETER;
        return then(*file, *header);
    });
}

/// The bytes of a live buffer, or nothing.
std::optional<Bytes> find_buffer(IgvmHandle handle, IgvmHandle buffer) noexcept {
    return guarded(std::optional<Bytes>(), [&]() -> std::optional<Bytes> {
        const auto file = files().find(handle);
        return file ? file->buffer(buffer) : std::nullopt;
    });
}

}  // namespace

IgvmHandle igvm_new_from_binary(const uint8_t* data, uint32_t len) noexcept {
    return guarded<IgvmHandle>(IGVMAPI_INVALID_FILE, [&]() -> IgvmHandle {
        if (data == nullptr && len != 0) return failed(IGVMAPI_INVALID_PARAMETER, "data is NULL");
        auto file = File::open({data, data + len});
        if (!file) return failed(file.error().code, to_string(file.error().error));
        return files().add(*std::move(file));
    });
}

void igvm_free(IgvmHandle handle) noexcept {
    (void)guarded(false, [&] { return files().remove(handle) != nullptr; });
}

int32_t igvm_header_count(IgvmHandle handle, IgvmHeaderSection section) noexcept {
    return guarded<std::int32_t>(IGVMAPI_INVALID_FILE, [&]() -> std::int32_t {
        const auto file = files().find(handle);
        if (!file) return IGVMAPI_INVALID_HANDLE;
        const auto count = file->count(section);
        return count ? static_cast<std::int32_t>(*count) : IGVMAPI_INVALID_PARAMETER;
    });
}

int32_t igvm_get_header_type(IgvmHandle handle, IgvmHeaderSection section, uint32_t index) noexcept {
    return with_header(handle, section, index, [](const File&, const Header& header) {
        return static_cast<std::int32_t>(header.type());
    });
}

IgvmHandle igvm_get_header(IgvmHandle handle, IgvmHeaderSection section, uint32_t index) noexcept {
    return with_header(handle, section, index, [](File& file, const Header& header) {
        if (header.is(HeaderType::kErrorRange)) return IgvmHandle{IGVMAPI_INVALID_FILE};
        return file.add_buffer(File::Part::kHeader, header.index);
    });
}

IgvmHandle igvm_get_header_data(IgvmHandle handle, IgvmHeaderSection section, uint32_t index) noexcept {
    return with_header(handle, section, index, [](File& file, const Header& header) -> IgvmHandle {
        if (header.info->section == igvm::Section::kPlatform) return IGVMAPI_INVALID_PARAMETER;
        if (header.is(HeaderType::kErrorRange)) return IGVMAPI_INVALID_FILE;
        const std::size_t size = file.image().payload(header)->size();
        if (size == 0) return IGVMAPI_NO_DATA;
        if (size > File::kMaxBufferSize) return IGVMAPI_FILE_DATA_SECTION_TOO_LARGE;
        return file.add_buffer(File::Part::kData, header.index);
    });
}

const uint8_t* igvm_get_buffer(IgvmHandle igvm_handle, IgvmHandle buffer_handle) noexcept {
    const auto buffer = find_buffer(igvm_handle, buffer_handle);
    return buffer ? buffer->data() : nullptr;
}

int32_t igvm_get_buffer_size(IgvmHandle igvm_handle, IgvmHandle buffer_handle) noexcept {
    const auto buffer = find_buffer(igvm_handle, buffer_handle);
    return buffer ? static_cast<std::int32_t>(buffer->size()) : IGVMAPI_INVALID_HANDLE;
}

void igvm_free_buffer(IgvmHandle igvm_handle, IgvmHandle buffer_handle) noexcept {
    (void)guarded(false, [&] {
        const auto file = files().find(igvm_handle);
        if (file) file->remove_buffer(buffer_handle);
        return true;
    });
}
