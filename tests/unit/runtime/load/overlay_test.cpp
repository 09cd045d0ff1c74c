#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "igvm/result.hpp"
#include "load/intervals.hpp"
#include "load/overlay.hpp"

namespace igvm::load {
namespace {

using Buffer = std::vector<std::uint8_t>;

/// The first `size` bytes of an overlay, 0 where nothing is written.
Buffer render(const Overlay& overlay, std::size_t size) {
    Buffer bytes(size);
    std::uint64_t last = 0;
    const auto done = overlay.visit(0, size, [&](std::uint64_t at, Bytes piece) -> Result<void> {
        EXPECT_TRUE(at >= last && !piece.empty());
        last = at + piece.size();
        std::ranges::copy(piece, bytes.begin() + static_cast<std::ptrdiff_t>(at));
        return {};
    });
    EXPECT_TRUE(done);
    return bytes;
}

TEST(Overlay, EqualsABufferUnderRandomWrites) {
    constexpr std::size_t kSize = 64;
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        std::vector<Buffer> written;
        Buffer wanted(kSize);
        Overlay overlay;
        for (std::uint8_t i = 1; i < 30; ++i) {
            const std::size_t size = random() % 20;
            const std::size_t at = random() % (kSize - size);
            written.emplace_back(size, i);
            overlay.write(at, written.back());
            std::fill_n(wanted.begin() + static_cast<std::ptrdiff_t>(at), size, i);
        }
        ASSERT_EQ(render(overlay, kSize), wanted) << "round " << round;
    }
}

TEST(Overlay, GivesPiecesCutToTheRangeAsked) {
    const Buffer bytes = {1, 2, 3, 4};
    Overlay overlay;
    overlay.write(10, bytes);
    std::vector<std::pair<std::uint64_t, Buffer>> seen;
    const auto keep = [&](std::uint64_t at, Bytes piece) -> Result<void> {
        seen.emplace_back(at, Buffer(piece.begin(), piece.end()));
        return {};
    };
    ASSERT_TRUE(overlay.visit(11, 13, keep));
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0], (std::pair<std::uint64_t, Buffer>(11, {2, 3})));
    ASSERT_TRUE(overlay.visit(0, 10, keep));
    ASSERT_TRUE(overlay.visit(14, 20, keep));
    EXPECT_EQ(seen.size(), 1U);
}

TEST(Intervals, UniteWhatTouches) {
    EXPECT_EQ(unite({{5, 7}, {1, 3}, {3, 4}, {6, 9}, {12, 12}}), (Intervals{{1, 4}, {5, 9}}));
}

TEST(Intervals, SubtractInPieces) {
    EXPECT_EQ(subtract({{0, 10}, {20, 30}, {40, 50}}, {{2, 3}, {5, 22}, {29, 30}, {45, 60}}),
              (Intervals{{0, 2}, {3, 5}, {22, 29}, {40, 45}}));
    EXPECT_EQ(subtract({{0, 10}}, {{0, 10}}), Intervals{});
    EXPECT_EQ(subtract({{0, 10}}, {}), (Intervals{{0, 10}}));
}

TEST(Intervals, FindTheOneThatCovers) {
    const Intervals set = {{1, 4}, {5, 9}};
    EXPECT_EQ(find_covering(set, 5, 9), &set[1]);
    EXPECT_EQ(find_covering(set, 1, 2), &set[0]);
    EXPECT_EQ(find_covering(set, 0, 2), nullptr);
    EXPECT_EQ(find_covering(set, 3, 6), nullptr);
}

}  // namespace
}  // namespace igvm::load
