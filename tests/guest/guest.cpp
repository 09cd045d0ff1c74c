#include "guest.hpp"

#include <algorithm>
#include <stdexcept>

#include "igvm/file.hpp"
#include "igvm/launch.hpp"

namespace igvm::guest {
namespace {

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) throw std::runtime_error(to_string(result.error()));
    return *std::move(result);
}

const SupportedPlatform& native_platform(const Image& image) {
    for (const SupportedPlatform& platform : image.platforms())
        if (static_cast<PlatformType>(std::uint8_t{platform.platform_type}) == PlatformType::kNative)
            return platform;
    throw std::runtime_error("the image has no native platform");
}

void load_page(Pages& pages, const LaunchEvent& event) {
    const auto [place, is_new] = pages.try_emplace(event.gpa, Page{});
    if (!is_new) throw std::runtime_error("two pages at one address");
    std::copy(event.content.begin(), event.content.end(), place->second.begin());
}

NativeContext native_context(const LaunchEvent& event) {
    const auto context = read<NativeContext>(event.content, 0);
    if (!context) throw std::runtime_error("the VP context is shorter than a native one");
    return *context;
}

/// The limit field of a descriptor in bytes: with granularity (bit 55), it counts pages.
std::uint32_t descriptor_limit(std::uint64_t descriptor) {
    const auto limit = static_cast<std::uint32_t>((descriptor & 0xFFFF) | ((descriptor >> 32) & 0xF0000));
    const bool counts_pages = ((descriptor >> 55) & 1) != 0;
    return counts_pages ? (limit << 12) | 0xFFF : limit;
}

}  // namespace

GuestStart load_native_guest(const std::filesystem::path& path) {
    const MappedFile file = value_or_throw(MappedFile::open(path));
    const Image image = value_or_throw(Image::open(file.bytes()));

    Pages pages;
    std::optional<NativeContext> context;
    const auto walked =
        walk(image, native_platform(image), LaunchProfile::kSpec, [&](const LaunchEvent& event) {
            if (event.kind == LaunchKind::kPage) {
                load_page(pages, event);
            } else if (event.kind == LaunchKind::kVpContext && !context) {
                context = native_context(event);
            } else {
                throw std::runtime_error("the walk yields more than pages and one VP context");
            }
            return Result<void>{};
        });
    if (!walked) throw std::runtime_error(to_string(walked.error()));
    if (!context) throw std::runtime_error("the image has no VP context");
    return {std::move(pages), *context};
}

NativeSegment gdt_segment(const Pages& pages, std::uint64_t gdt_base, std::uint16_t selector) {
    const std::uint64_t address = gdt_base + (selector & ~std::uint64_t{7});
    const auto descriptor = read<U64>(pages.at(address & ~std::uint64_t{0xFFF}), address & 0xFFF);
    if (!descriptor) throw std::out_of_range("a descriptor crosses a page");
    const std::uint64_t bits = *descriptor;
    const auto base = static_cast<std::uint32_t>(((bits >> 16) & 0xFF'FFFF) | ((bits >> 32) & 0xFF00'0000));
    return {selector, static_cast<std::uint16_t>((bits >> 40) & 0xF0FF), base, descriptor_limit(bits)};
}

}  // namespace igvm::guest
