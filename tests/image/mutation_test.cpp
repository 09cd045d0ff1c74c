// Damaged files: the reader may refuse them, but whatever it hands out lies inside the file.
#include "image_files.hpp"

namespace igvm::test {
namespace {

bool inside(Bytes part, Bytes whole) {
    return part.empty() ||
           (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// Reads all that can be read. Returns whether the file opened.
bool read_everything(Bytes file) {
    const Result<Image> image = Image::open(file);
    if (!image) {
        EXPECT_LE(image.error().offset, file.size());
        EXPECT_FALSE(image.error().detail.empty());
        return false;
    }
    for (const Header& header : *image) {
        EXPECT_TRUE(inside(header.body, file) && inside(header.padding, file));
        const Result<Bytes> payload = image->payload(header);
        if (payload)
            EXPECT_TRUE(inside(*payload, file));
        else
            EXPECT_EQ(payload.error().rule, Rule::kFileDataOffset);
    }
    return true;
}

std::size_t headers_end(const Buffer& file) { return Image::open(file).value().data_begin(); }

TEST(Mutation, EveryFlippedBitIsHandled) {
    for (const char* name : {"allkinds.igvm", "crate_vbs.igvm", "cca_sha256.igvm"}) {
        Buffer file = read_image_file(own_images() / name);
        std::size_t opened = 0;
        for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
            const auto flip = static_cast<std::uint8_t>(1u << (bit % 8));
            file[bit / 8] ^= flip;
            opened += read_everything(file);
            file[bit / 8] ^= flip;
        }
        EXPECT_GT(opened, 0u) << name;
        EXPECT_LT(opened, 8 * file.size()) << name;
    }
}

TEST(Mutation, EveryTruncationIsHandled) {
    const Buffer file = read_image_file(own_images() / "allkinds.igvm");
    const std::size_t end = headers_end(file);
    for (std::size_t size = 0; size <= file.size(); size += size < end + 64 ? 1 : 509) {
        const Bytes kept = Bytes(file).first(size);
        const bool opened = read_everything(Buffer(kept.begin(), kept.end()));
        EXPECT_EQ(opened, size >= end) << size;
    }
}

TEST(Mutation, EveryFieldAtItsExtremesIsHandled) {
    Buffer file = read_image_file(own_images() / "allkinds.igvm");
    const std::size_t end = headers_end(file);
    for (std::size_t at = 0; at + 4 <= end; at += 4)
        for (const std::uint32_t value : {0u, 1u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFF8u, 0xFFFFFFFFu}) {
            const U32 old = *read<U32>(file, at);
            std::ranges::copy(bytes_of(U32{value}), file.begin() + static_cast<std::ptrdiff_t>(at));
            read_everything(file);
            std::ranges::copy(bytes_of(old), file.begin() + static_cast<std::ptrdiff_t>(at));
        }
}

}  // namespace
}  // namespace igvm::test
