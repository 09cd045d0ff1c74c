#include "bench_image.hpp"

#include <algorithm>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

#include "igvm/writer.hpp"

namespace igvm::bench {
namespace {

constexpr PlatformType kPlatforms[] = {PlatformType::kVbs, PlatformType::kSnp, PlatformType::kTdx};
constexpr PlatformType kSnpAlone[] = {PlatformType::kSnp};

void require(const Result<void>& appended) {
    if (!appended) throw std::runtime_error(to_string(appended.error()));
}

std::uint32_t append_platforms(Writer& writer, std::span<const PlatformType> types) {
    std::uint32_t mask = 1;
    for (const PlatformType type : types) {
        SupportedPlatform platform{};
        platform.compatibility_mask = mask;
        platform.platform_type = static_cast<std::uint8_t>(type);
        platform.platform_version = std::uint16_t{1};
        require(writer.append(platform, {}, "platform"));
        mask <<= 1;
    }
    return mask - 1;
}

std::vector<std::uint8_t> contents() {
    std::vector<std::uint8_t> bytes(kPages * kPageSize);
    std::mt19937_64 random;
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random()); });
    return bytes;
}

std::vector<std::uint8_t> make_file(std::span<const PlatformType> types) {
    const auto bytes = contents();
    Writer writer;
    const std::uint32_t all_masks = append_platforms(writer, types);
    for (std::uint64_t i = 0; i < kPages; ++i) {
        PageData page{};
        page.gpa = 0x100000 + i * kPageSize;
        page.compatibility_mask = all_masks;
        require(writer.append(page, Bytes(bytes).subspan(i * kPageSize, kPageSize), "page"));
    }
    return std::move(writer).finish().value().bytes;
}

}  // namespace

const Image& image() {
    static const std::vector<std::uint8_t> file = make_file(kPlatforms);
    static const Image opened = Image::open(file).value();
    return opened;
}

const Image& snp_image() {
    static const std::vector<std::uint8_t> file = make_file(kSnpAlone);
    static const Image opened = Image::open(file).value();
    return opened;
}

const SupportedPlatform& platform(PlatformType type) {
    return *std::ranges::find_if(image().platforms(), [&](const SupportedPlatform& one) {
        return PlatformType{std::uint8_t{one.platform_type}} == type;
    });
}

}  // namespace igvm::bench
