#include <algorithm>
#include <array>
#include <map>

#include "portable/conditions.hpp"

namespace igvm {
namespace {

using enum PortableCondition;

bool has_data(const Header& header) { return header.value(FieldKind::kFileOffset).value_or(0) != 0; }

/// Notes every condition that a header breaks, whatever the platform; `breaches` keeps those that matter.
class Survey {
  public:
    Survey(const Image& image, const SupportedPlatform& platform)
        : image_(image),
          type_(PlatformType{std::uint8_t{platform.platform_type}}),
          mask_(platform.compatibility_mask) {
        for (std::size_t i = 0; i < breaches_.size(); ++i)
            breaches_[i] = {PortableCondition(i), image.headers_begin(), 0, 0};
    }

    std::vector<PortableBreach> run() {
        for (const Header header : image_)
            for (const Row& row : kHandlers)
                if (header.is(row.type)) (this->*row.handler)(header);
        if (vmsas_ == 0) differs(kOneVmsa);
        differs(kNoRealmParameters);
        std::vector<PortableBreach> found;
        std::ranges::copy_if(breaches_, std::back_inserter(found), [&](const PortableBreach& breach) {
            return is_broken(breach.condition) && portable_detail::concerns(breach.condition, type_);
        });
        return found;
    }

  private:
    using Handler = void (Survey::*)(const Header&);
    struct Row {
        HeaderType type;
        Handler handler;
    };
    static const std::array<Row, 4> kHandlers;

    bool included(std::uint32_t mask) const { return (mask & mask_) == mask_; }

    bool is_broken(PortableCondition condition) const { return broken_ & (1U << unsigned(condition)); }

    void differs(PortableCondition condition) { broken_ |= 1U << unsigned(condition); }

    void breaks(PortableCondition condition, const Header& header, bool broken) {
        if (!broken) return;
        PortableBreach& breach = breaches_[static_cast<std::size_t>(condition)];
        if (breach.count++ == 0) {
            breach.offset = header.offset;
            breach.header_index = header.index;
        }
        differs(condition);
    }

    void parameter_area(const Header& header) {
        const auto area = *header.as<ParameterArea>();
        area_sizes_[area.parameter_area_index] = area.number_of_bytes;
    }

    void page_data(const Header& header) {
        const auto page = *header.as<PageData>();
        const bool shared = (page.flags & kPageFlagShared) != 0;
        if (!included(page.compatibility_mask)) return breaks(kNoForeignPage, header, !shared);
        const bool stored = has_data(header);
        const bool normal = page.data_type == static_cast<std::uint16_t>(PageDataType::kNormal);
        const bool measured =
            (page.flags & kPageFlagUnmeasured) == 0 && (normal || type_ == PlatformType::kTdx);
        breaks(kNoSharedPage, header, shared && (stored || type_ == PlatformType::kSnp));
        if (!shared) {
            breaks(kNoPageWithoutData, header, measured && !stored);
            breaks(kNoUnmeasuredData, header, !measured && stored);
            add_page(header, measured, (page.flags & kPageFlag2Mb) != 0);
        }
        launch(header);
        page_seen_ = true;
    }

    /// A page that follows a measured one is added after an extension.
    void add_page(const Header& header, bool measured, bool several) {
        breaks(kMeasuredPageLast, header, measured_seen_ || (measured && several));
        measured_seen_ = measured_seen_ || measured;
    }

    void parameter_insert(const Header& header) {
        const auto insert = *header.as<ParameterInsert>();
        if (!included(insert.compatibility_mask)) return;
        const auto area = area_sizes_.find(insert.parameter_area_index);
        const std::uint64_t size = area == area_sizes_.end() ? 0 : area->second;
        breaks(kInsertsBeforePages, header, page_seen_);
        breaks(kNoInsert, header, size != 0);
        breaks(kOnePageAreas, header, size > kPageSize);
        if (size != 0) add_page(header, false, false);
        launch(header);
    }

    void vp_context(const Header& header) {
        const auto context = *header.as<VpContext>();
        if (!included(context.compatibility_mask)) {
            const auto owner = image_.platform_of(context.compatibility_mask);
            const bool vmsa = owner == PlatformType::kSnp || owner == PlatformType::kSevEs;
            return breaks(kNoForeignVmsa, header, vmsa);
        }
        const std::uint16_t vp = context.vp_index;
        breaks(kOneVmsa, header, vp != 0 || vmsas_ > 0);
        breaks(kVmsaAtKvmGpa, header, context.gpa != kKvmVmsaGpa);
        breaks(kVmsaLast, header, vmsas_ > 0 && vp < last_vp_);
        last_vp_ = vp;
        ++vmsas_;
    }

    /// A page or an insert, in file order.
    void launch(const Header& header) {
        const std::uint64_t gpa = *header.value(FieldKind::kGpa);
        breaks(kAscendingGpa, header, gpa < last_gpa_);
        breaks(kVmsaLast, header, vmsas_ > 0);
        last_gpa_ = gpa;
    }

    const Image& image_;
    PlatformType type_;
    std::uint32_t mask_;
    std::array<PortableBreach, static_cast<std::size_t>(kNoRealmParameters) + 1> breaches_;
    std::uint32_t broken_ = 0;
    std::map<std::uint32_t, std::uint64_t> area_sizes_;
    std::uint64_t last_gpa_ = 0;
    std::uint32_t vmsas_ = 0;
    std::uint16_t last_vp_ = 0;
    bool page_seen_ = false;
    bool measured_seen_ = false;
};

const std::array<Survey::Row, 4> Survey::kHandlers = {{
    {HeaderType::kParameterArea, &Survey::parameter_area},
    {HeaderType::kPageData, &Survey::page_data},
    {HeaderType::kParameterInsert, &Survey::parameter_insert},
    {HeaderType::kVpContext, &Survey::vp_context},
}};

}  // namespace

std::vector<PortableBreach> portable_breaches(const Image& image, const SupportedPlatform& platform) {
    return Survey(image, platform).run();
}

}  // namespace igvm
