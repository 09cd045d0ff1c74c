#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "igvm/launch.hpp"

namespace igvm {
namespace {

constexpr std::uint64_t pages_of(std::uint64_t size) { return size / kPageSize + (size % kPageSize != 0); }

class Walk {
  public:
    Walk(const Image& image, const SupportedPlatform& platform, const LaunchSink& sink)
        : image_(image),
          mask_(platform.compatibility_mask),
          sink_(sink),
          budget_(kMaxHostPages + image.bytes().size() / kPageSize) {}

    Result<void> run() {
        for (const Header header : image_)
            if (auto done = visit(header); !done) return done;
        return {};
    }

  private:
    using Handler = Result<void> (Walk::*)(const Header&);
    struct Row {
        HeaderType type;
        Handler handler;
    };
    static const std::array<Row, 5> kHandlers;

    Result<void> visit(const Header& header) {
        const auto* const row =
            std::ranges::find_if(kHandlers, [&](const Row& one) { return header.is(one.type); });
        if (row == kHandlers.end() || !included(header)) return {};
        return (this->*row->handler)(header);
    }

    bool included(const Header& header) const {
        return (header.value(FieldKind::kMask).value_or(mask_) & mask_) == mask_;
    }

    Result<void> parameter_area(const Header& header) {
        const auto area = *header.as<ParameterArea>();
        area_sizes_[area.parameter_area_index] = area.number_of_bytes;
        return {};
    }

    Result<void> page_data(const Header& header) {
        const auto page = *header.as<PageData>();
        const auto payload = image_.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        const std::uint64_t count = (page.flags & kPageFlag2Mb) != 0 ? kLargePageSize / kPageSize : 1;
        if (count > 1)
            if (auto paid = charge(count, header); !paid) return paid;
        return pages(page_event(page, header), count, *payload);
    }

    static LaunchEvent from(const Header& header, LaunchKind kind) {
        LaunchEvent event{};
        event.kind = kind;
        event.gpa = *header.value(FieldKind::kGpa);
        event.header_index = header.index;
        return event;
    }

    static LaunchEvent page_event(const PageData& page, const Header& header) {
        LaunchEvent event = from(header, LaunchKind::kPage);
        event.page_type = PageDataType{std::uint16_t{page.data_type}};
        event.measured = (page.flags & kPageFlagUnmeasured) == 0;
        event.shared = (page.flags & kPageFlagShared) != 0;
        return event;
    }

    Result<void> parameter_insert(const Header& header) {
        const auto insert = *header.as<ParameterInsert>();
        const auto area = area_sizes_.find(insert.parameter_area_index);
        if (area == area_sizes_.end())
            return fail(Rule::kAreaUndeclared, header.offset_of(FieldKind::kAreaIndex),
                        fmt::format("parameter area {} is inserted but not declared before",
                                    std::uint32_t{insert.parameter_area_index}));
        LaunchEvent event = from(header, LaunchKind::kParameterPage);
        event.measured = false;
        return host_pages(event, pages_of(area->second), header);
    }

    Result<void> vp_context(const Header& header) {
        const auto context = *header.as<VpContext>();
        const auto payload = image_.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        if (auto paid = charge(pages_of(payload->size()), header); !paid) return paid;
        LaunchEvent event = from(header, LaunchKind::kVpContext);
        event.vp_index = context.vp_index;
        set_content(event, *payload);
        return sink_(event);
    }

    Result<void> error_range(const Header& header) {
        const auto range = *header.as<ErrorRange>();
        const LaunchEvent event = from(header, LaunchKind::kErrorPage);
        return host_pages(event, pages_of(range.size_bytes), header);
    }

    Result<void> host_pages(const LaunchEvent& first, std::uint64_t count, const Header& header) {
        if (auto paid = charge(count, header); !paid) return paid;
        return pages(first, count, {});
    }

    /// `count` events like `event`, page after page; `payload` is empty or has a page for each.
    Result<void> pages(LaunchEvent event, std::uint64_t count, Bytes payload) {
        for (std::uint64_t i = 0; i < count; ++i, event.gpa += kPageSize) {
            if (!payload.empty()) set_content(event, payload.subspan(i * kPageSize, kPageSize));
            if (auto done = sink_(event); !done) return done;
        }
        return {};
    }

    void set_content(LaunchEvent& event, Bytes content) const {
        event.content = content;
        event.content_id =
            content.empty() ? 0 : static_cast<std::uint64_t>(content.data() - image_.bytes().data());
    }

    /// One small header can stand for many pages; what they may add up to is bounded.
    Result<void> charge(std::uint64_t count, const Header& header) {
        if (count > budget_)
            return fail(
                Rule::kLaunchTooLarge, header.offset,
                fmt::format("{} adds {} pages to the launch, and {} are left of the {} that a file of "
                            "this size may have",
                            header.info->name, count, budget_,
                            kMaxHostPages + image_.bytes().size() / kPageSize));
        budget_ -= count;
        return {};
    }

    const Image& image_;
    std::uint32_t mask_;
    const LaunchSink& sink_;
    std::uint64_t budget_;
    std::unordered_map<std::uint32_t, std::uint64_t> area_sizes_;
};

const std::array<Walk::Row, 5> Walk::kHandlers = {{
    {HeaderType::kPageData, &Walk::page_data},
    {HeaderType::kParameterArea, &Walk::parameter_area},
    {HeaderType::kParameterInsert, &Walk::parameter_insert},
    {HeaderType::kVpContext, &Walk::vp_context},
    {HeaderType::kErrorRange, &Walk::error_range},
}};

}  // namespace

Result<void> walk(const Image& image, const SupportedPlatform& platform, LaunchProfile /*kSpec alone*/,
                  const LaunchSink& sink) {
    return Walk(image, platform, sink).run();
}

}  // namespace igvm
