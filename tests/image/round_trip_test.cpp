#include <gmock/gmock.h>

#include "image_files.hpp"

namespace igvm::test {
namespace {

/// Every choice a builder may have made that the headers do not say.
std::vector<WriterOptions> candidates(const Image& image) {
    std::vector<WriterOptions> all;
    for (const bool share : {true, false})
        for (const char padding : {'\0', '0'}) {
            WriterOptions options = options_of(image);
            options.share_payloads = share;
            options.padding = static_cast<std::uint8_t>(padding);
            all.push_back(options);
        }
    return all;
}

/// Whether one of the candidates gives the file's own bytes.
bool survives_round_trip(const Image& image) {
    return std::ranges::any_of(candidates(image), [&](const WriterOptions& options) {
        const Result<WrittenFile> written = rewrite(image, options);
        return written && std::ranges::equal(written->bytes, image.bytes());
    });
}

void expect_round_trips(const std::vector<std::filesystem::path>& files) {
    for (const std::filesystem::path& path : files) {
        const Buffer file = read_image_file(path);
        const Result<Image> image = Image::open(file);
        ASSERT_TRUE(image) << path << ": " << to_string(image.error());
        EXPECT_TRUE(survives_round_trip(*image)) << path;
    }
}

TEST(RoundTrip, OwnImagesAreWrittenBackByteForByte) {
    const auto files = image_files(own_images());
    ASSERT_EQ(files.size(), 9u);
    expect_round_trips(files);
}

TEST(RoundTrip, PeerImagesAreWrittenBackByteForByte) {
    const auto files = image_files(peer_vectors());
    if (files.empty()) GTEST_SKIP() << "no peer vectors at " << peer_vectors();
    expect_round_trips(files);
}

TEST(RoundTrip, MapCoversTheWholeFileWithoutGaps) {
    const Buffer file = read_image_file(own_images() / "allkinds.igvm");
    const Image image = Image::open(file).value();
    const WrittenFile written = rewrite(image, options_of(image)).value();
    std::uint64_t end = 0;
    for (const MapEntry& entry : written.map) {
        EXPECT_EQ(entry.offset, end) << entry.meaning;
        end = entry.offset + entry.length;
    }
    EXPECT_EQ(end, written.bytes.size());
}

}  // namespace
}  // namespace igvm::test
