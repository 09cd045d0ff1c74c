#include <fmt/format.h>

#include "inputs/linux.hpp"

namespace igvm::spec::linux_arm64 {
namespace {

struct Header {
    U32 code0, code1;
    U64 text_offset, image_size, flags, reserved_2, reserved_3, reserved_4;
    U32 magic, pe_offset;
};
static_assert(sizeof(Header) == 64);

constexpr std::uint64_t kImageSizeOffset = 16, kMagicOffset = 56;
constexpr std::uint32_t kMagic = 0x644d5241;  // "ARM\x64"

}  // namespace

InputResult<Image> read_image(Bytes bytes) {
    const auto header = read<Header>(bytes, 0);
    if (!header)
        return input_error(
            Code::kInputMalformed, 0,
            fmt::format("{} bytes are too few for an arm64 Image, whose header has 64", bytes.size()));
    if (header->magic != kMagic)
        return input_error(Code::kInputMalformed, kMagicOffset,
                           "this is not an arm64 Image: no \"ARM\\x64\" at byte 56 (is it compressed?)");
    if (header->image_size == std::uint64_t{0})
        return input_error(Code::kInputUnsupported, kImageSizeOffset,
                           "the Image does not say how much memory it needs: it is older than Linux 3.17");
    return Image{header->text_offset, header->image_size, header->flags};
}

}  // namespace igvm::spec::linux_arm64
