#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <set>

#include "igvm/portable.hpp"
#include "loader_facts.hpp"
#include "start_state.hpp"

namespace igvm::check_detail {
namespace {

/// One loader's view of the file.
class Lints {
  public:
    Lints(Context& context, LoaderModel model)
        : context_(context),
          image_(context.image()),
          info_(loader_models()[static_cast<std::size_t>(model)]),
          self_(set_of(model)),
          offered_(mask_of(offered_platforms())) {}

    void run() {
        if (offered_ == 0)
            return report(Rule::kLoaderPlatform, image_.headers_begin(),
                          "offers none of the file's platforms");
        file();
        for (const Header header : image_) {
            if (header.optional() && in(kCrateSet))
                report(Rule::kLoaderOptionalHeader, header.offset,
                       "refuses type {:#x}: it knows no optional headers", header.raw_type);
            if (header.info == nullptr) continue;
            facts(header);
            for (const Row& row : kRows)
                if (in(row.loaders) && header.is(row.type) && concerns(header)) (this->*row.rule)(header);
        }
        context_counts();
        if (in(kOpenvmmSet) && context_.mask_of(PlatformType::kSnp) != 0 && !has_snp_policy_)
            report(Rule::kLoaderPolicy, image_.headers_begin(), "needs a GUEST_POLICY for SEV-SNP");
    }

  private:
    struct Row {
        LoaderSet loaders;
        HeaderType type;
        void (Lints::*rule)(const Header&);
    };
    static const std::array<Row, 9> kRows;

    template <class... Args>
    void report(Rule rule, std::uint64_t offset, fmt::format_string<Args...> format, Args&&... args) {
        context_.report(rule, offset, "{} {}", info_.title, fmt::format(format, std::forward<Args>(args)...));
    }

    bool in(LoaderSet loaders) const { return (self_ & loaders) != 0; }

    Platforms offered_platforms() const {
        return std::ranges::find_if(kPlatformFacts,
                                    [&](const PlatformFact& fact) { return in(fact.loaders); })
            ->platforms;
    }

    std::uint32_t mask_of(Platforms platforms) const {
        std::uint32_t mask = 0;
        for (const PlatformInfo& info : platform_table())
            if ((platforms & set_of(info.type)) != 0) mask |= context_.mask_of(info.type);
        return mask;
    }

    /// True for headers that the loader looks at: of its platforms, or without a mask. QEMU reads them all.
    bool concerns(const Header& header) const {
        return in(kQemuSet) || (header.value(FieldKind::kMask).value_or(offered_) & offered_) != 0;
    }

    void file() {
        const auto first = PlatformType{std::uint8_t{image_.platforms().front().platform_type}};
        if (in(kCloudSet) && first != PlatformType::kSnp)
            report(Rule::kLoaderPlatformOrder, image_.headers_begin(),
                   "takes the first platform for SEV-SNP");
        if (in(kCrateSet) && image_.data_begin() >= image_.bytes().size())
            report(Rule::kLoaderEmptyData, image_.data_begin(), "refuses a file without data");
        const bool any = std::ranges::any_of(image_, [](const Header& header) {
            return header.info != nullptr && header.info->section == Section::kDirective;
        });
        if (in(kQemuSet) && !any)
            report(Rule::kLoaderNoDirectives, image_.data_begin(), "refuses a file without directives");
    }

    void facts(const Header& header) {
        for (const HeaderFact& fact : kHeaderFacts) {
            if (!in(fact.loaders) || !header.is(fact.type)) continue;
            const std::uint32_t mask = mask_of(fact.platforms);
            const auto own = header.value(FieldKind::kMask);
            if (fact.platforms == kAnyPlatform || (own.value_or(mask) & mask) != 0)
                report(fact.rule, header.offset, "{} ({})", fact.effect, header.info->name);
        }
    }

    void platform(const Header& header) {
        const auto platform = *header.as<SupportedPlatform>();
        if (platform.platform_type != static_cast<std::uint8_t>(PlatformType::kSnp)) return;
        if (platform.highest_vtl != std::uint8_t{0} || platform.shared_gpa_boundary != std::uint64_t{0})
            report(Rule::kLoaderPlatformSettings, header.offset,
                   "runs SEV-SNP without VTLs and without a shared GPA boundary, not with VTL {} and {:#x}",
                   std::uint8_t{platform.highest_vtl}, std::uint64_t{platform.shared_gpa_boundary});
    }

    void policy(const Header& header) {
        has_snp_policy_ = has_snp_policy_ || (header.as<GuestPolicy>()->compatibility_mask &
                                              context_.mask_of(PlatformType::kSnp)) != 0;
    }

    void relocation(const Header& header) {
        const auto region = *header.as<RelocatableRegion>();
        if ((region.compatibility_mask & context_.mask_of(PlatformType::kVbs)) == 0) return;
        const bool vtl2 = region.vtl == std::uint8_t{2} && (region.flags & 1) != 0;
        if (relocatable_regions_++ != 0 || region.vp_index != std::uint16_t{0} || !vtl2)
            report(Rule::kLoaderRelocation, header.offset, "relocates one region alone, of VTL2 and VP 0");
    }

    void page(const Header& header) {
        const auto page = *header.as<PageData>();
        if ((page.flags & kPageFlag2Mb) != 0)
            report(Rule::kLoaderLargePage, header.offset, "loads pages of 4 KiB only, not of 2 MiB at {:#x}",
                   std::uint64_t{page.gpa});
        if (in(kCloudSet) && page.data_type == static_cast<std::uint16_t>(PageDataType::kCpuidXf))
            report(Rule::kLoaderPageType, header.offset, "aborts at a page of type cpuid_xf");
    }

    void area(const Header& header) {
        if (header.as<ParameterArea>()->file_offset != 0u)
            report(Rule::kLoaderAreaData, header.offset, "leaves out the initial data of parameter area {}",
                   std::uint32_t{header.as<ParameterArea>()->parameter_area_index});
    }

    void insert(const Header& header) {
        const std::uint32_t index = header.as<ParameterInsert>()->parameter_area_index;
        if (!inserted_.insert(index).second)
            report(Rule::kLoaderAreaReuse, header.offset,
                   "refuses a second insert of parameter area {}, even for another platform", index);
    }

    void whole_area_parameter(const Header& header) {
        const std::uint32_t offset = header.parameter()->byte_offset;
        if (offset != 0)
            report(Rule::kLoaderParameterOffset, header.offset, "writes {} at byte 0, not at {:#x}",
                   header.info->name, offset);
    }

    void vp_context(const Header& header) {
        const auto vp = *header.as<VpContext>();
        for (const ContextFact& fact : kContextFacts) {
            if (!in(fact.loaders) || (vp.compatibility_mask & context_.mask_of(fact.platform)) == 0) continue;
            ++contexts_[static_cast<std::size_t>(fact.platform)];
            if (fact.first_vp_only && vp.vp_index != std::uint16_t{0})
                report(Rule::kLoaderContextIndex, header.offset,
                       "takes the context of VP 0 alone, not of VP {}", std::uint16_t{vp.vp_index});
            if (fact.address && vp.gpa != *fact.address)
                report(Rule::kLoaderVmsaAddress, header.offset, "wants the VMSA at {:#x}, not at {:#x}",
                       *fact.address, std::uint64_t{vp.gpa});
        }
        if (const auto state = start_state(image_, header)) registers(header, *state);
    }

    void registers(const Header& header, const StartState& state) {
        const auto payload = image_.payload(header);
        if (in(kQemuSet) && state.platform == PlatformType::kNative) {
            const auto* place = x64::find_register("gs_base");
            if (*read<U64>(*payload, place->native.offset) != std::uint64_t{0})
                report(Rule::kLoaderRegister, header.offset, "does not set gs_base");
        }
        if (!in(kOpenvmmSet)) return;
        const std::uint32_t mask = header.as<VpContext>()->compatibility_mask;
        const SupportedPlatform* platform =
            context_.platform_of_bit(static_cast<unsigned>(std::countr_zero(mask)));
        const std::uint8_t vtl = context_.vtl_of(header);
        if (platform != nullptr && state.platform == PlatformType::kVbs && vtl != platform->highest_vtl)
            report(Rule::kLoaderContextVtl, header.offset,
                   "takes the context of the highest VTL alone, {}, not of {}",
                   std::uint8_t{platform->highest_vtl}, vtl);
        if (state.platform == PlatformType::kSnp && (state.sev_features & x64::kSevFeatureVtom) != 0)
            report(Rule::kLoaderVmsaFeatures, header.offset, "has no vTOM (sev_features is {:#x})",
                   state.sev_features);
    }

    void context_counts() {
        for (const ContextFact& fact : kContextFacts) {
            if (!in(fact.loaders) || context_.mask_of(fact.platform) == 0) continue;
            const std::uint32_t count = contexts_[static_cast<std::size_t>(fact.platform)];
            if (count < fact.least || count > fact.most)
                report(Rule::kLoaderContextCount, image_.headers_begin(),
                       "takes {} VP contexts of {}, the file has {}",
                       fact.most == fact.least   ? fmt::format("{}", fact.least)
                       : fact.most == UINT32_MAX ? fmt::format("{} or more", fact.least)
                                                 : fmt::format("{} to {}", fact.least, fact.most),
                       find_platform(static_cast<std::uint8_t>(fact.platform))->title, count);
        }
    }

    Context& context_;
    const Image& image_;
    const LoaderModelInfo& info_;
    LoaderSet self_;
    std::uint32_t offered_;  ///< the masks of the platforms that the loader can offer
    bool has_snp_policy_ = false;
    std::uint32_t relocatable_regions_ = 0;
    std::set<std::uint32_t> inserted_;
    std::array<std::uint32_t, 8> contexts_{};  ///< by platform type
};

const std::array<Lints::Row, 9> Lints::kRows = {{
    {kOpenvmmSet, HeaderType::kSupportedPlatform, &Lints::platform},
    {kOpenvmmSet, HeaderType::kGuestPolicy, &Lints::policy},
    {kOpenvmmSet, HeaderType::kRelocatableRegion, &Lints::relocation},
    {kCrateSet, HeaderType::kPageData, &Lints::page},
    {kQemuSet, HeaderType::kParameterArea, &Lints::area},
    {kQemuSet, HeaderType::kParameterInsert, &Lints::insert},
    {kQemuSet, HeaderType::kMemoryMap, &Lints::whole_area_parameter},
    {set_of(LoaderModel::kQemu), HeaderType::kMadt, &Lints::whole_area_parameter},
    {kCrateSet, HeaderType::kVpContext, &Lints::vp_context},
}};

/// What keeps the loaders from measuring the file alike.
void portable_digest(Context& context) {
    std::uint32_t judged = 0;
    for (const SupportedPlatform& platform : context.image().platforms()) {
        const auto* info = find_platform(std::uint8_t{platform.platform_type});
        if (info == nullptr || (platform.compatibility_mask & ~judged) == 0) continue;
        judged |= platform.compatibility_mask;
        for (const PortableBreach& breach : portable_breaches(context.image(), platform)) {
            const PortableConditionInfo& condition = portable_condition_info(breach.condition);
            context.report(Rule::kPortableDigest, breach.offset, "{}: {}; {} ({} headers)", info->title,
                           condition.why, condition.help, breach.count);
        }
    }
}

}  // namespace

void check_loader_rules(Context& context) {
    if (context.loaders().empty()) return;
    if (!context.image().platforms().empty())
        for (const LoaderModel model : context.loaders()) Lints(context, model).run();
    portable_digest(context);
}

}  // namespace igvm::check_detail
