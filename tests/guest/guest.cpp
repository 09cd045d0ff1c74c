#include "guest.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "igvm/file.hpp"
#include "igvm/loader.hpp"

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

/// The machine as far as the Loader fills it: pages, and the one VP that it starts.
class GuestMemory : public Memory {
  public:
    Result<void> map(GpaRange range, MapReason reason) override {
        if (reason != MapReason::kLaunch) return {};
        for (std::uint64_t offset = 0; offset < range.size; offset += kPageSize)
            if (!pages_.try_emplace(range.gpa + offset, Page{}).second)
                throw std::runtime_error("two pages at one address");
        return {};
    }

    Result<void> write(std::uint64_t gpa, Bytes content) override {
        for (std::size_t done = 0; done < content.size();) {
            const std::uint64_t in_page = (gpa + done) % kPageSize;
            const std::size_t size = std::min<std::size_t>(content.size() - done, kPageSize - in_page);
            std::ranges::copy(content.subspan(done, size),
                              pages_.at(gpa + done - in_page).begin() + static_cast<std::ptrdiff_t>(in_page));
            done += size;
        }
        return {};
    }

    Result<void> set_page_state(GpaRange, const PageState&) override { return {}; }

    Result<void> set_vp_state(const VpState& vp) override {
        if (context_) throw std::runtime_error("the image starts more than one VP");
        context_ = read<NativeContext>(vp.context, 0);
        if (!context_) throw std::runtime_error("the VP context is shorter than a native one");
        return {};
    }

    GuestStart take() && {
        if (!context_) throw std::runtime_error("the image has no VP context");
        return {std::move(pages_), *context_};
    }

    Pages take_pages() && {
        if (context_) throw std::runtime_error("the image has a VP context");
        return std::move(pages_);
    }

  private:
    Pages pages_;
    std::optional<NativeContext> context_;
};

/// The limit field of a descriptor in bytes: with granularity (bit 55), it counts pages.
std::uint32_t descriptor_limit(std::uint64_t descriptor) {
    const auto limit = static_cast<std::uint32_t>((descriptor & 0xFFFF) | ((descriptor >> 32) & 0xF0000));
    const bool counts_pages = ((descriptor >> 55) & 1) != 0;
    return counts_pages ? (limit << 12) | 0xFFF : limit;
}

GuestMemory load(Bytes file, const HostConfig& host) {
    const Image image = value_or_throw(Image::open(file));
    Loader loader(image, native_platform(image));
    GuestMemory memory;
    value_or_throw(loader.load(host, memory));
    return memory;
}

}  // namespace

GuestStart load_native_guest(const std::filesystem::path& path, const HostConfig& host) {
    const MappedFile file = value_or_throw(MappedFile::open(path));
    return load_native_guest(file.bytes(), host);
}

GuestStart load_native_guest(Bytes file, const HostConfig& host) { return load(file, host).take(); }

Pages load_native_pages(const std::filesystem::path& path) {
    const MappedFile file = value_or_throw(MappedFile::open(path));
    return load(file.bytes(), {}).take_pages();
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
