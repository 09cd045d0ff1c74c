// The installed headers and static libraries, linked: prints the size of an image's data section.
#include <igvm/image.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

int main(int count, char** arguments) {
    if (count != 2) return 2;
    std::ifstream file(arguments[1], std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto image = igvm::Image::open(std::as_bytes(std::span(text)));
    if (!image) return 1;
    std::printf("%u\n", image->header_count());
}
