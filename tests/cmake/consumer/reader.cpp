// The installed headers and static libraries, linked: prints how many headers an IGVM file has.
#include <igvm/file.hpp>
#include <igvm/image.hpp>

#include <cstdio>

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const auto file = igvm::MappedFile::open(arguments[1]);
    if (!file) return 1;
    const auto image = igvm::Image::open(file->bytes());
    if (!image) return 1;
    std::printf("%u\n", image->header_count());
}
