// What must hold for any bytes at all: every operation gives a clear error or a fully valid result.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "igvm/check.hpp"
#include "igvm/edit.hpp"
#include "igvm/loader.hpp"
#include "igvm/measure.hpp"

namespace igvm::test {

class ContractBroken : public std::logic_error {
    using std::logic_error::logic_error;
};

inline void hold(bool holds, const std::string& what) {
    if (!holds) throw ContractBroken(what);
}

inline void hold_clear(const Error& error, Bytes file) {
    hold(error.offset <= file.size(), "an offset outside the file: " + to_string(error));
    hold(!error.detail.empty(), "an error without a sentence");
    hold(error.rule != Rule::kInternal, "an internal error: " + to_string(error));
}

/// A VMM without memory of its own.
class NoMemory : public Memory {
  public:
    Result<void> map(GpaRange, MapReason) override { return {}; }
    Result<void> write(std::uint64_t, Bytes) override { return {}; }
    Result<void> set_page_state(GpaRange, const PageState&) override { return {}; }
    Result<void> set_vp_state(const VpState&) override { return {}; }
};

/// Runs every operation on one file and holds each result against the others.
class Contract {
  public:
    /// Throws ContractBroken. Returns whether the file obeys all rules.
    static bool judge(Bytes file, Bytes merge_partner) {
        const Result<Image> image = Image::open(file);
        if (!image) {
            hold_clear(image.error(), file);
            return false;
        }
        const Contract contract(*image);
        contract.loads();
        contract.filters();
        contract.merges(merge_partner);
        return contract.valid_;
    }

  private:
    using Digests = std::map<std::uint8_t, std::vector<std::uint8_t>>;

    explicit Contract(const Image& image) : image_(image), digests_(digests(image)) {
        const CheckReport report = check(image);
        for (const Finding& finding : report.findings)
            hold_clear({finding.rule, finding.offset, finding.detail}, image.bytes());
        valid_ = !report.has_errors();
    }

    static Digests digests(const Image& image) {
        Digests all;
        for (const SupportedPlatform& platform : image.platforms())
            if (const auto measured = measure(image, platform, {}))
                all[platform.platform_type] = measured->digest;
            else
                hold_clear(measured.error(), image.bytes());
        return all;
    }

    void loads() const {
        HostConfig host;
        host.memory_map = {{{0, std::uint64_t{1} << 32}, MemoryType::kMemory}};
        host.vp_count = 4;
        NoMemory memory;
        for (const SupportedPlatform& platform : image_.platforms())
            if (const auto loaded = Loader(image_, platform).load(host, memory); !loaded)
                hold_clear(loaded.error(), image_.bytes());
    }

    static PlatformType type_of(const SupportedPlatform& platform) {
        return PlatformType{std::uint8_t{platform.platform_type}};
    }

    void filters() const {
        std::vector<PlatformType> all;
        for (const SupportedPlatform& platform : image_.platforms()) all.push_back(type_of(platform));
        const auto whole = filter(image_, all);
        if (!whole) hold_clear(whole.error(), image_.bytes());
        hold(!valid_ || whole, "a valid file cannot be filtered");
        hold(!whole || std::ranges::equal(*whole, image_.bytes()),
             "filtering for all platforms changes bytes");
        for (const PlatformType one : all)
            if (const auto part = filter(image_, {&one, 1})) result(*part, {});
    }

    void merges(Bytes partner) const {
        const Image images[] = {image_, Image::open(partner).value()};
        for (const MergeMode mode : {MergeMode::kFold, MergeMode::kAppend}) {
            const auto merged = merge(images, mode);
            if (merged) {
                result(*merged, digests_);
                continue;
            }
            const auto& [input, error] = merged.error();
            hold_clear(error, input == 0 ? image_.bytes() : partner);
            hold(!valid_ || rule_info(error.rule).id.starts_with("IGVM-E"), "a valid file cannot be merged");
        }
    }

    /// A file made from this one opens, is valid when this one is, and keeps the measurements.
    void result(Bytes file, const Digests& kept) const {
        const Result<Image> image = Image::open(file);
        hold(image.has_value(), "an edited file does not open");
        if (!valid_) return;
        hold(!check(*image).has_errors(), "an edited valid file is not valid");
        const Digests now = digests(*image);
        for (const auto& [platform, digest] : kept)
            hold(now.contains(platform) && now.at(platform) == digest, "an edit changes a measurement");
    }

    const Image& image_;
    Digests digests_;
    bool valid_ = false;
};

}  // namespace igvm::test
