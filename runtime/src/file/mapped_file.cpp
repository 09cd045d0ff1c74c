#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "file/descriptor.hpp"
#include "igvm/file.hpp"

namespace igvm {

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    // Without O_NONBLOCK, opening a FIFO would wait for a writer.
    const file::Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor.valid()) return file::system_error("open", path);
    struct stat status {};
    if (::fstat(descriptor.number(), &status) != 0) return file::system_error("read the size of", path);
    if (!S_ISREG(status.st_mode)) return file::not_regular(path);

    MappedFile mapped;
    const auto size = static_cast<std::size_t>(status.st_size);
    // Files of /proc and the like say that they are empty, and are not.
    if (char byte = 0; size == 0 && ::read(descriptor.number(), &byte, 1) == 1)
        return file::not_regular(path);
    if (size == 0) return mapped;
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.number(), 0);
    if (address == MAP_FAILED) return file::system_error("map", path);
    mapped.mapping_ = std::shared_ptr<const void>(address, [size](void* start) { ::munmap(start, size); });
    mapped.bytes_ = Bytes(static_cast<const std::uint8_t*>(address), size);
    return mapped;
}

}  // namespace igvm
