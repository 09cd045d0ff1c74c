#include <gtest/gtest.h>

#include "decompile/blobs.hpp"

namespace igvm::spec::decompiler {
namespace {

/// Three pages of 4 bytes that differ, and a fourth that is equal to the first.
const std::vector<std::uint8_t> kFile{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 1, 1, 1, 1};

Bytes page(std::size_t number) { return Bytes(kFile).subspan(4 * number, 4); }

TEST(Blobs, WhatWasGivenBeforeIsTheSameInputOrASliceOfIt) {
    Names names;
    Blobs blobs(names, std::nullopt);
    const std::vector<Bytes> whole{page(0), page(1), page(2)};
    const std::vector<Bytes> tail{page(1), page(2)};
    EXPECT_EQ(blobs.say(whole, "ovmf"), "ovmf_data");
    EXPECT_EQ(blobs.say(whole, "other"), "ovmf_data");
    EXPECT_EQ(blobs.say(tail, "alias"), "slice(ovmf_data, 0x4, 0x8)");
    ASSERT_EQ(blobs.files().size(), 1U);
    EXPECT_EQ(blobs.files().front().file, "ovmf.bin");
    EXPECT_EQ(blobs.files().front().bytes.size(), 12U);
}

TEST(Blobs, EqualBytesElsewhereInTheFileAreOneInput) {
    Names names;
    Blobs blobs(names, std::nullopt);
    const std::vector<Bytes> first{page(0)};
    const std::vector<Bytes> again{page(3)};
    EXPECT_EQ(blobs.say(first, "a"), "a_data");
    EXPECT_EQ(blobs.say(again, "b"), "a_data");
}

TEST(Blobs, PagesThatAreScatteredAreJoined) {
    Names names;
    Blobs blobs(names, std::nullopt);
    const std::vector<Bytes> pages{page(2), page(0)};
    EXPECT_EQ(blobs.say(pages, "mixed"), "mixed_data");
    const Bytes bytes = blobs.files().front().bytes;
    EXPECT_EQ(std::vector(bytes.begin(), bytes.end()), (std::vector<std::uint8_t>{3, 3, 3, 3, 1, 1, 1, 1}));
}

TEST(Blobs, InASectionAllDataIsASliceOfIt) {
    Names names;
    Blobs blobs(names, Bytes(kFile));
    const std::vector<Bytes> pages{page(1), page(2)};
    EXPECT_EQ(blobs.say(pages, "x"), "slice(data_section, 0x4, 0x8)");
    EXPECT_EQ(blobs.files().size(), 1U);
}

}  // namespace
}  // namespace igvm::spec::decompiler
