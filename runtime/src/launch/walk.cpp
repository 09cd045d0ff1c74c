#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "igvm/portable.hpp"
#include "launch/rules.hpp"

namespace igvm {
namespace {

constexpr std::uint64_t pages_of(std::uint64_t size) { return size / kPageSize + (size % kPageSize != 0); }

constexpr std::uint64_t size_of(const PageData& page) {
    return (page.flags & kPageFlag2Mb) != 0 ? kLargePageSize : kPageSize;
}

constexpr std::uint32_t kMaxVcpus = UINT16_MAX + 1;

class Walk {
  public:
    Walk(const Image& image, const SupportedPlatform& platform, const LaunchOptions& options,
         const LaunchRules& rules, const LaunchSink& sink)
        : image_(image),
          mask_(platform.compatibility_mask),
          options_(options),
          rules_(rules),
          sink_(sink),
          budget_(kMaxHostPages + image.bytes().size() / kPageSize) {}

    Result<void> run() {
        for (const Header header : image_)
            if (auto done = visit(header); !done) return done;
        std::ranges::stable_sort(sorted_, {}, &Step::gpa);
        if (auto done = launch_all(sorted_); !done) return done;
        if (auto done = launch_all(run_); !done) return done;
        return rules_.vmsas == VmsaPlacement::kOnePerVcpu ? launch_vcpus() : Result<void>{};
    }

  private:
    using Handler = Result<void> (Walk::*)(const Header&);
    struct Row {
        HeaderType type;
        Handler handler;
    };
    static const std::array<Row, 5> kHandlers;

    /// One header that is launched, as `pages` pages where it is no VP context.
    struct Step {
        std::uint64_t gpa;
        std::uint64_t pages;
        std::uint32_t header_index;
    };

    Result<void> visit(const Header& header) {
        const auto* const row =
            std::ranges::find_if(kHandlers, [&](const Row& one) { return header.is(one.type); });
        if (row == kHandlers.end() || !included(header)) return {};
        return (this->*row->handler)(header);
    }

    bool included(const Header& header) const {
        const auto mask = static_cast<std::uint32_t>(header.value(FieldKind::kMask).value_or(mask_));
        if ((mask & mask_) == mask_) return true;
        if (header.is(HeaderType::kPageData)) return rules_.pages_of_any_mask;
        if (!header.is(HeaderType::kVpContext) || rules_.vmsas != VmsaPlacement::kInPlaceAnyMask)
            return false;
        const auto owner = image_.platform_of(mask);
        return owner == PlatformType::kSnp || owner == PlatformType::kSevEs;
    }

    static Step step(const Header& header, std::uint64_t pages) {
        return {*header.value(FieldKind::kGpa), pages, header.index};
    }

    Result<void> parameter_area(const Header& header) {
        const auto area = *header.as<ParameterArea>();
        area_sizes_[area.parameter_area_index] = area.number_of_bytes;
        return {};
    }

    Result<void> page_data(const Header& header) {
        const auto page = *header.as<PageData>();
        const Step launched = step(header, size_of(page) / kPageSize);
        if (rules_.order != LaunchOrder::kDeferredRuns) return place(launched);
        if (!run_.empty() && !joins_run(page, header.index)) {
            if (auto done = launch_all(run_); !done) return done;
            run_.clear();
        }
        run_.push_back(launched);
        last_page_ = page;
        return {};
    }

    bool joins_run(const PageData& page, std::uint32_t header_index) const {
        return header_index == run_.back().header_index + 1 && page.gpa == last_page_.gpa + size_of(page) &&
               page.flags == last_page_.flags && page.data_type == last_page_.data_type &&
               page.compatibility_mask == last_page_.compatibility_mask &&
               (page.file_offset == 0U) == (last_page_.file_offset == 0U);
    }

    Result<void> parameter_insert(const Header& header) {
        if (rules_.inserts == InsertPages::kNone) return {};
        const auto insert = *header.as<ParameterInsert>();
        const auto area = area_sizes_.find(insert.parameter_area_index);
        if (area == area_sizes_.end())
            return fail(Rule::kAreaUndeclared, header.offset_of(FieldKind::kAreaIndex),
                        fmt::format("parameter area {} is inserted but not declared before",
                                    std::uint32_t{insert.parameter_area_index}));
        const std::uint64_t pages = pages_of(area->second);
        return place(
            step(header, rules_.inserts == InsertPages::kFirst ? std::min<std::uint64_t>(pages, 1) : pages));
    }

    Result<void> vp_context(const Header& header) {
        if (rules_.vmsas != VmsaPlacement::kOnePerVcpu) return place(step(header, 0));
        vmsas_[header.as<VpContext>()->vp_index] = header.index;
        return {};
    }

    Result<void> error_range(const Header& header) {
        return place(step(header, pages_of(header.as<ErrorRange>()->size_bytes)));
    }

    Result<void> place(const Step& step) {
        if (rules_.order != LaunchOrder::kAscendingGpa) return launch(step);
        sorted_.push_back(step);
        return {};
    }

    Result<void> launch_all(const std::vector<Step>& steps) {
        for (const Step& step : steps)
            if (auto done = launch(step); !done) return done;
        return {};
    }

    Result<void> launch(const Step& step) {
        const Header header = image_.header(step.header_index);
        switch (header.info->type) {
            case HeaderType::kPageData:
                return launch_page(header, step.pages);
            case HeaderType::kVpContext:
                return launch_context(header, step.gpa);
            case HeaderType::kErrorRange:
                return host_pages(LaunchKind::kErrorPage, header, step.pages);
            default:
                return host_pages(LaunchKind::kParameterPage, header, step.pages);
        }
    }

    static LaunchEvent from(const Header& header, LaunchKind kind) {
        LaunchEvent event{};
        event.kind = kind;
        event.gpa = *header.value(FieldKind::kGpa);
        event.header_index = header.index;
        return event;
    }

    Result<void> launch_page(const Header& header, std::uint64_t count) {
        const auto page = *header.as<PageData>();
        const auto payload = image_.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        if (count > 1)
            if (auto paid = charge(count, header.info->name, header.offset); !paid) return paid;
        LaunchEvent event = from(header, LaunchKind::kPage);
        event.page_type = PageDataType{std::uint16_t{page.data_type}};
        event.measured = (page.flags & kPageFlagUnmeasured) == 0;
        event.shared = (page.flags & kPageFlagShared) != 0;
        return pages(event, count, *payload);
    }

    Result<void> launch_context(const Header& header, std::uint64_t gpa) {
        const auto payload = image_.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        if (auto paid = charge(pages_of(payload->size()), header.info->name, header.offset); !paid)
            return paid;
        LaunchEvent event = from(header, LaunchKind::kVpContext);
        event.gpa = gpa;
        event.vp_index = header.as<VpContext>()->vp_index;
        set_content(event, *payload);
        return sink_(event);
    }

    Result<void> launch_vcpus() {
        if (options_.vcpus == 0 || options_.vcpus > kMaxVcpus)
            return fail(Rule::kMeasureUnsupported, image_.headers_begin(),
                        fmt::format("a guest of {} vCPUs cannot be launched, 1 to {} can", options_.vcpus,
                                    kMaxVcpus));
        if (vmsas_.empty() && options_.ap_vmsa.empty()) return {};
        for (std::uint32_t vcpu = 0; vcpu < options_.vcpus; ++vcpu) {
            const auto own = vmsas_.find(static_cast<std::uint16_t>(vcpu));
            const auto done = own == vmsas_.end() ? launch_application_processor(vcpu)
                                                  : launch_context(image_.header(own->second), kKvmVmsaGpa);
            if (!done) return done;
        }
        return {};
    }

    Result<void> launch_application_processor(std::uint32_t vcpu) {
        if (options_.ap_vmsa.empty())
            return fail(Rule::kMeasureUnsupported, image_.headers_begin(),
                        fmt::format("the file has no VMSA for vCPU {}, and KVM measures one", vcpu));
        if (auto paid = charge(1, "a vCPU", image_.headers_begin()); !paid) return paid;
        LaunchEvent event{};
        event.kind = LaunchKind::kVpContext;
        event.gpa = kKvmVmsaGpa;
        event.vp_index = static_cast<std::uint16_t>(vcpu);
        event.content = options_.ap_vmsa;
        event.header_index = kNoHeader;
        return sink_(event);
    }

    Result<void> host_pages(LaunchKind kind, const Header& header, std::uint64_t count) {
        if (auto paid = charge(count, header.info->name, header.offset); !paid) return paid;
        LaunchEvent event = from(header, kind);
        event.measured = kind != LaunchKind::kParameterPage;
        return pages(event, count, {});
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
    Result<void> charge(std::uint64_t count, std::string_view what, std::uint64_t offset) {
        if (count > budget_)
            return fail(
                Rule::kLaunchTooLarge, offset,
                fmt::format("{} adds {} pages to the launch, and {} are left of the {} that a file of "
                            "this size may have",
                            what, count, budget_, kMaxHostPages + image_.bytes().size() / kPageSize));
        budget_ -= count;
        return {};
    }

    const Image& image_;
    std::uint32_t mask_;
    const LaunchOptions& options_;
    const LaunchRules& rules_;
    const LaunchSink& sink_;
    std::uint64_t budget_;
    std::map<std::uint32_t, std::uint64_t> area_sizes_;
    std::vector<Step> sorted_;                      ///< kAscendingGpa: everything
    std::vector<Step> run_;                         ///< kDeferredRuns: the pages that wait
    PageData last_page_{};                          ///< of the run
    std::map<std::uint16_t, std::uint32_t> vmsas_;  ///< kOnePerVcpu: header index by VP
};

const std::array<Walk::Row, 5> Walk::kHandlers = {{
    {HeaderType::kPageData, &Walk::page_data},
    {HeaderType::kParameterArea, &Walk::parameter_area},
    {HeaderType::kParameterInsert, &Walk::parameter_insert},
    {HeaderType::kVpContext, &Walk::vp_context},
    {HeaderType::kErrorRange, &Walk::error_range},
}};

}  // namespace

Result<void> walk(const Image& image, const SupportedPlatform& platform, const LaunchOptions& options,
                  const LaunchSink& sink) {
    const auto type = PlatformType{std::uint8_t{platform.platform_type}};
    const LaunchRules* const rules = find_rules(type, options.profile);
    if (rules == nullptr) return tl::unexpected(no_such_profile(image, type, options.profile));
    return Walk(image, platform, options, *rules, sink).run();
}

}  // namespace igvm
