#include "load/survey.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

namespace igvm::load {
namespace {

class Surveyor {
  public:
    Surveyor(const Image& image, const SupportedPlatform& platform, std::uint32_t vp_count)
        : image_(image),
          mask_(platform.compatibility_mask),
          type_(PlatformType{std::uint8_t{platform.platform_type}}),
          vp_count_(vp_count) {}

    Result<Survey> run() {
        for (const Header header : image_)
            if (auto done = visit(header); !done) return tl::unexpected(done.error());
        return std::move(result_);
    }

  private:
    using Handler = Result<void> (Surveyor::*)(const Header&);
    struct Row {
        HeaderType type;
        Handler handler;
    };
    static const std::array<Row, 8> kHandlers;

    Result<void> visit(const Header& header) {
        if (header.info == nullptr) return unknown(header);
        if ((header.value(FieldKind::kMask).value_or(mask_) & mask_) != mask_) return {};
        for (const Row& row : kHandlers)
            if (header.is(row.type)) return (this->*row.handler)(header);
        return {};
    }

    static Result<void> unknown(const Header& header) {
        if (header.optional()) return {};
        return fail(Rule::kFileUnknownType, header.offset,
                    fmt::format("header type {:#x} is not known and not marked optional", header.type()));
    }

    Result<void> region(const Header& header) {
        result_.regions.push_back({header.index, *header.as<RelocatableRegion>()});
        return {};
    }

    Result<void> page_table(const Header& header) {
        if (result_.page_table)
            return fail(Rule::kLoadRelocation, header.offset, "the platform has a second page table region");
        result_.page_table = {header.index, *header.as<PageTableRelocation>()};
        return {};
    }

    Result<void> area(const Header& header) {
        const auto area = *header.as<ParameterArea>();
        area_sizes_.try_emplace(area.parameter_area_index, area.number_of_bytes);
        return {};
    }

    Result<void> page(const Header& header) {
        const bool large = (header.as<PageData>()->flags & kPageFlag2Mb) != 0;
        const std::uint64_t size = large ? kLargePageSize : kPageSize;
        return add(header, size, size, MapReason::kLaunch);
    }

    /// An area that is not declared is an error of the parameters.
    Result<void> insert(const Header& header) {
        const auto area = area_sizes_.find(header.as<ParameterInsert>()->parameter_area_index);
        return area == area_sizes_.end() ? Result<void>{}
                                         : add(header, area->second, kPageSize, MapReason::kLaunch);
    }

    Result<void> error_range(const Header& header) {
        const std::uint64_t size = header.as<ErrorRange>()->size_bytes;
        return add(header, *align_up(size, kPageSize), kPageSize, MapReason::kLaunch);
    }

    Result<void> required_memory(const Header& header) {
        const auto required = *header.as<RequiredMemory>();
        if (required.gpa % kPageSize != 0 || required.number_of_bytes % kPageSize != 0)
            return fail(Rule::kRequiredMemoryRange, header.offset,
                        fmt::format("required memory at {:#x} has {:#x} bytes", std::uint64_t{required.gpa},
                                    std::uint32_t{required.number_of_bytes}));
        const bool protectable = (required.flags & kRequiredMemoryVtl2Protectable) != 0;
        return add(header, required.number_of_bytes, kPageSize,
                   protectable ? MapReason::kVtl2Protectable : MapReason::kRequired);
    }

    Result<void> vp_context(const Header& header) {
        const auto context = *header.as<VpContext>();
        const auto payload = image_.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        const std::uint16_t vp = context.vp_index;
        const std::uint8_t vtl = vtl_of(*payload);
        if (vp >= vp_count_)
            return fail(Rule::kLoadVp, header.offset,
                        fmt::format("the image starts VP {}, and the host has {}", vp, vp_count_));
        if (!vps_.emplace(vp, vtl).second)
            return fail(Rule::kVpContextRepeated, header.offset,
                        fmt::format("VP {} has a second context for VTL {}", vp, vtl));
        result_.vps.push_back({header.index, vp, vtl, *payload});
        if (x64_context_format(type_) != ContextFormat::kVmsa) return {};
        return add(header, kPageSize, kPageSize, MapReason::kLaunch);
    }

    /// The VTL of a VBS context, which its first register names; 0 elsewhere.
    std::uint8_t vtl_of(Bytes payload) const {
        if (type_ != PlatformType::kVbs) return 0;
        const auto entry = read<x64::VbsRegister>(payload, sizeof(U32));
        return entry ? std::uint8_t{entry->vtl} : std::uint8_t{0};
    }

    Result<void> add(const Header& header, std::uint64_t size, std::uint64_t alignment, MapReason reason) {
        const std::uint64_t gpa = *header.value(FieldKind::kGpa);
        if (gpa % alignment != 0)
            return fail(Rule::kPageAlignment, header.offset_of(FieldKind::kGpa),
                        fmt::format("{:#x} is not aligned to {:#x}", gpa, alignment));
        if (gpa >= kEndOfGuestMemory || size > kEndOfGuestMemory - gpa)
            return fail(
                Rule::kLoadAddress, header.offset_of(FieldKind::kGpa),
                fmt::format("{:#x} bytes at {:#x} do not end below {:#x}", size, gpa, kEndOfGuestMemory));
        result_.extents.push_back({{gpa, gpa + size}, reason, header.index});
        return {};
    }

    const Image& image_;
    std::uint32_t mask_;
    PlatformType type_;
    std::uint32_t vp_count_;
    Survey result_{};
    std::map<std::uint32_t, std::uint64_t> area_sizes_{};
    std::set<std::pair<std::uint16_t, std::uint8_t>> vps_{};
};

const std::array<Surveyor::Row, 8> Surveyor::kHandlers = {{
    {HeaderType::kPageData, &Surveyor::page},
    {HeaderType::kParameterArea, &Surveyor::area},
    {HeaderType::kParameterInsert, &Surveyor::insert},
    {HeaderType::kVpContext, &Surveyor::vp_context},
    {HeaderType::kRequiredMemory, &Surveyor::required_memory},
    {HeaderType::kErrorRange, &Surveyor::error_range},
    {HeaderType::kRelocatableRegion, &Surveyor::region},
    {HeaderType::kPageTableRelocation, &Surveyor::page_table},
}};

}  // namespace

Result<Survey> survey(const Image& image, const SupportedPlatform& platform, std::uint32_t vp_count) {
    return Surveyor(image, platform, vp_count).run();
}

}  // namespace igvm::load
