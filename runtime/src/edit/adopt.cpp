#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "edit/requirements.hpp"
#include "edit/selection.hpp"
#include "igvm/edit.hpp"

namespace igvm {
namespace {

/// Left behind: what the taking image says itself, and what is true of the whole file only.
constexpr HeaderType kLeftBehind[] = {
    HeaderType::kSupportedPlatform, HeaderType::kGuestPolicy,    HeaderType::kCcaPolicy,
    HeaderType::kSnpIdBlock,        HeaderType::kVbsMeasurement,
};

bool is_left_behind(const Header& header) {
    return header.info != nullptr &&
           std::ranges::find(kLeftBehind, header.info->type) != std::end(kLeftBehind);
}

void put(std::vector<std::uint8_t>& body, const FieldInfo* field, U32 value) {
    if (field != nullptr) std::ranges::copy(bytes_of(value), body.begin() + field->offset);
}

class Adopt {
  public:
    Adopt(const Image& image, const AdoptOptions& options) : image_(image), options_(options) {}

    Result<std::vector<AdoptedHeader>> run() {
        if (auto obeys = edit::require_chapters(image_, "FP"); !obeys) return tl::unexpected(obeys.error());
        if (auto bounded = edit::require_bounded_payloads(image_); !bounded)
            return tl::unexpected(bounded.error());
        std::vector<PlatformType> platforms;
        for (const AdoptedPlatform& one : options_.platforms) platforms.push_back(one.from);
        const auto selection = edit::Selection::of(image_, platforms);
        if (!selection) return tl::unexpected(selection.error());
        for (const Header& header : image_) {
            if (is_left_behind(header) || !selection->keeps(header)) continue;
            if (options_.drop && options_.drop(header)) continue;
            if (auto taken = take(header); !taken) return tl::unexpected(taken.error());
        }
        return std::move(headers_);
    }

  private:
    Result<void> take(const Header& header) {
        if (header.info == nullptr)
            return fail(Rule::kMergeUnknownHeader, header.offset,
                        fmt::format("whether header type {:#x} names platforms or parameter areas is unknown",
                                    header.type()));
        std::vector<std::uint8_t> body(header.body.begin(), header.body.end());
        const FieldInfo* mask_field = header.info->field(FieldKind::kMask);
        const auto mask = mask_field == nullptr ? Result<std::uint32_t>(0) : mask_of(header);
        if (!mask) return tl::unexpected(mask.error());
        if (mask_field != nullptr && *mask == 0) return {};
        const auto area = area_of(header);
        if (!area) return tl::unexpected(area.error());
        const auto payload = image_.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        put(body, mask_field, *mask);
        put(body, header.info->field(FieldKind::kAreaIndex), *area);
        headers_.push_back({header.raw_type, std::move(body), *payload});
        return {};
    }

    /// The mask in the taking image; 0 for a header that stays behind.
    Result<std::uint32_t> mask_of(const Header& header) const {
        const auto old_mask = static_cast<std::uint32_t>(*header.value(FieldKind::kMask));
        std::uint32_t mask = 0;
        std::uint32_t known = 0;
        for (const SupportedPlatform& platform : image_.platforms()) {
            known |= platform.compatibility_mask;
            if ((platform.compatibility_mask & old_mask) == 0) continue;
            for (const AdoptedPlatform& one : options_.platforms)
                if (static_cast<std::uint8_t>(one.from) == platform.platform_type)
                    mask |= header.is(HeaderType::kVpContext) ? one.context_mask : one.mask;
        }
        if ((old_mask & ~known) == 0) return mask;
        return fail(Rule::kMaskUnknown, header.offset_of(FieldKind::kMask),
                    fmt::format("mask {:#x} of {} has bits {:#x} that no platform has", old_mask,
                                header.info->name, old_mask & ~known));
    }

    Result<std::uint32_t> area_of(const Header& header) {
        const auto old_index = header.value(FieldKind::kAreaIndex);
        if (!old_index) return 0;
        const auto [entry, is_new] = areas_.try_emplace(static_cast<std::uint32_t>(*old_index));
        if (is_new != header.is(HeaderType::kParameterArea))
            return fail(is_new ? Rule::kAreaUndeclared : Rule::kAreaIndex,
                        header.offset_of(FieldKind::kAreaIndex),
                        fmt::format("parameter area {} of this {} is {}", *old_index, header.info->name,
                                    is_new ? "not declared" : "declared a second time"));
        if (is_new) entry->second = free_area();
        return entry->second;
    }

    std::uint32_t free_area() {
        while (!options_.used_areas->insert(next_area_).second) ++next_area_;
        return next_area_;
    }

    const Image& image_;
    const AdoptOptions& options_;
    std::map<std::uint32_t, std::uint32_t> areas_;  ///< new index by old one
    std::uint32_t next_area_ = options_.first_area;
    std::vector<AdoptedHeader> headers_;
};

}  // namespace

Result<std::vector<AdoptedHeader>> adopt(const Image& image, const AdoptOptions& options) {
    return Adopt(image, options).run();
}

}  // namespace igvm
