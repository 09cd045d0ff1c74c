// Images for the loader, and a VMM that remembers what it was told.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <vector>

#include "igvm/loader.hpp"
#include "igvm/writer.hpp"

namespace igvm::test {

inline constexpr std::uint32_t kMask = 1;
inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;

using Buffer = std::vector<std::uint8_t>;
using Page = std::array<std::uint8_t, kPageSize>;

/// Writes an image of one platform with mask 1.
class ImageBuilder {
  public:
    explicit ImageBuilder(PlatformType type, WriterOptions options = {}) : writer_(options) {
        SupportedPlatform platform{};
        platform.compatibility_mask = kMask;
        platform.platform_type = static_cast<std::uint8_t>(type);
        platform.platform_version = std::uint16_t{1};
        platform.highest_vtl = std::uint8_t{type == PlatformType::kVbs ? std::uint8_t{2} : std::uint8_t{0}};
        add(platform);
    }

    template <class T>
    ImageBuilder& add(const T& header, Buffer payload = {}) {
        payloads_.push_back(std::move(payload));
        EXPECT_TRUE(writer_.append(header, payloads_.back(), "test"));
        return *this;
    }

    ImageBuilder& page(std::uint64_t gpa, Buffer content = {}, std::uint32_t flags = 0,
                       PageDataType type = PageDataType::kNormal) {
        return add(PageData{gpa, kMask, 0U, flags, static_cast<std::uint16_t>(type), std::uint16_t{0}},
                   std::move(content));
    }
    ImageBuilder& area(std::uint32_t index, std::uint64_t size, Buffer initial = {}) {
        return add(ParameterArea{size, index, 0U}, std::move(initial));
    }
    ImageBuilder& parameter(HeaderType type, std::uint32_t index, std::uint32_t offset) {
        const Parameter body{index, offset};
        EXPECT_TRUE(writer_.append(static_cast<std::uint32_t>(type), bytes_of(body), {}, "test"));
        return *this;
    }
    ImageBuilder& insert(std::uint32_t index, std::uint64_t gpa, std::uint32_t mask = kMask) {
        return add(ParameterInsert{gpa, mask, index});
    }
    ImageBuilder& required(std::uint64_t gpa, std::uint32_t size, std::uint32_t flags = 0) {
        return add(RequiredMemory{gpa, kMask, size, flags, 0U});
    }
    ImageBuilder& vp(std::uint16_t index, Buffer context, std::uint64_t gpa = 0) {
        return add(VpContext{gpa, kMask, 0U, index, std::uint16_t{0}}, std::move(context));
    }
    ImageBuilder& raw(std::uint32_t type, Bytes body) {
        EXPECT_TRUE(writer_.append(type, body, {}, "test"));
        return *this;
    }

    Buffer build() {
        auto file = std::move(writer_).finish();
        EXPECT_TRUE(file);
        return std::move(file->bytes);
    }

  private:
    Writer writer_;
    std::deque<Buffer> payloads_;
};

struct SetState {
    GpaRange range;
    PageState state;
    friend bool operator==(const SetState&, const SetState&) = default;
};
struct Mapped {
    GpaRange range;
    MapReason reason;
    friend bool operator==(const Mapped&, const Mapped&) = default;
};
struct SetVp {
    std::uint16_t vp_index;
    std::uint8_t vtl;
    std::uint64_t gpa;
    Buffer context;
};

/// Keeps pages by address; a page that is not there was not mapped for the launch.
class RecordingMemory : public Memory {
  public:
    Result<void> map(GpaRange range, MapReason reason) override {
        maps.push_back({range, reason});
        if (reason == MapReason::kLaunch)
            for (std::uint64_t i = 0; i < range.size; i += kPageSize) pages[range.gpa + i] = {};
        return {};
    }
    Result<void> write(std::uint64_t gpa, Bytes content) override {
        ++writes;
        for (const std::uint8_t byte : content) {
            pages.at(gpa & ~(kPageSize - 1))[gpa % kPageSize] = byte;
            ++gpa;
        }
        return {};
    }
    Result<void> set_page_state(GpaRange range, const PageState& state) override {
        states.push_back({range, state});
        return {};
    }
    Result<void> set_vp_state(const VpState& vp) override {
        vps.push_back({vp.vp_index, vp.vtl, vp.gpa, {vp.context.begin(), vp.context.end()}});
        return {};
    }

    template <Wire T>
    T at(std::uint64_t gpa) const {
        return *read<T>(pages.at(gpa & ~(kPageSize - 1)), gpa % kPageSize);
    }
    std::uint64_t u64(std::uint64_t gpa) const { return at<U64>(gpa); }

    std::map<std::uint64_t, Page> pages;
    std::vector<Mapped> maps;
    std::vector<SetState> states;
    std::vector<SetVp> vps;
    int writes = 0;
};

/// 256 MiB from 0 on.
inline HostConfig small_host() {
    HostConfig host;
    host.memory_map = {{{0, 256 * kMiB}, MemoryType::kMemory}};
    return host;
}

/// Loads the first platform of a file.
class LoadTest : public testing::Test {
  protected:
    Result<LoadReport> load(ImageBuilder& builder) { return load(builder.build()); }
    Result<LoadReport> load(Buffer file) {
        memory_ = {};
        file_ = std::move(file);
        auto image = Image::open(file_);
        if (!image) return tl::unexpected(image.error());
        Loader loader(*image, image->platforms().at(0));
        return loader.load(host_, memory_);
    }
    /// Loads, and expects `rule`; nothing may have reached the VMM. Gives the error.
    Error refuse(ImageBuilder& builder, Rule rule) {
        const auto report = load(builder);
        if (report) {
            ADD_FAILURE() << "was loaded";
            return {};
        }
        EXPECT_EQ(rule_info(report.error().rule).id, rule_info(rule).id) << report.error().detail;
        EXPECT_TRUE(memory_.maps.empty() && memory_.vps.empty());
        return report.error();
    }

    HostConfig host_ = small_host();
    RecordingMemory memory_;

  private:
    Buffer file_;
};

inline void put(Buffer& buffer, std::size_t offset, std::size_t width, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i) buffer[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

}  // namespace igvm::test
