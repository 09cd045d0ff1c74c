#include "portable/conditions.hpp"

#include <array>

namespace igvm {
namespace {

using enum PortableCondition;

constexpr unsigned bit(PlatformType platform) { return 1U << static_cast<unsigned>(platform); }
constexpr unsigned kSnp = bit(PlatformType::kSnp);
constexpr unsigned kTdx = bit(PlatformType::kTdx);
constexpr unsigned kSev = bit(PlatformType::kSev);
constexpr unsigned kSevEs = bit(PlatformType::kSevEs);
constexpr unsigned kCca = bit(PlatformType::kCca);

struct Row {
    PortableConditionInfo info;
    unsigned platforms;
};

constexpr std::array kRows = {
    Row{{kNoSharedPage, "no-shared-page",
         "spec and openvmm-kvm leave shared pages out, the others measure them",
         "leave shared pages to the guest"},
        kSnp | kSev | kSevEs},
    Row{{kNoPageWithoutData, "no-page-without-data",
         "a measured page without data is a page of zeros to some profiles and not to others",
         "store the zeros (zeros = stored)"},
        kSnp | kTdx | kSev | kSevEs},
    Row{{kNoUnmeasuredData, "no-unmeasured-data", "igvmmeasure hashes the data of unmeasured pages as well",
         "store no data for unmeasured pages"},
        kSev | kSevEs},
    Row{{kInsertsBeforePages, "inserts-before-pages",
         "qemu-kvm launches a parameter area before the pages that are waiting",
         "place all PARAMETER_INSERT headers before the first page"},
        kSnp},
    Row{{kNoInsert, "no-insert", "td-shim does not add the pages of parameter areas",
         "insert no parameter area on this platform"},
        kTdx},
    Row{{kOnePageAreas, "one-page-areas", "some profiles measure the first page of a parameter area alone",
         "give each inserted parameter area one page"},
        kSnp},
    Row{{kAscendingGpa, "ascending-gpa", "cloud-hypervisor-mshv launches in the order of addresses",
         "sort pages and inserts by address (order = ascending)"},
        kSnp},
    Row{{kOneVmsa, "one-vmsa",
         "the KVM profiles measure one VMSA for each vCPU, the others those of the file",
         "give the platform one VP context, of VP 0"},
        kSnp},
    Row{{kVmsaLast, "vmsa-last", "some profiles measure VMSAs where they stand, others at the end, by VP",
         "place the VP contexts after all pages and inserts, in the order of their VPs"},
        kSnp | kSevEs},
    Row{{kVmsaAtKvmGpa, "vmsa-at-kvm-gpa", "KVM measures a VMSA at 0xFFFFFFFFF000 whatever its address",
         "place the VP context at 0xFFFFFFFFF000"},
        kSnp},
    Row{{kNoForeignVmsa, "no-foreign-vmsa", "igvmmeasure and native-zero measure VMSAs whatever their mask",
         "build one file for each platform with VMSAs"},
        kSnp | kSev | kSevEs},
    Row{{kNoForeignPage, "no-foreign-page", "td-shim measures pages whatever their mask",
         "build a file of its own for this platform"},
        kTdx},
    Row{{kMeasuredPageLast, "measured-page-last",
         "two-pass adds all pages before it extends the first, spec adds and extends page by page",
         "there is no help for a file with several pages: name the profile"},
        kTdx},
    Row{{kNoRealmParameters, "no-realm-parameters",
         "rmm-1.0 and tf-rmm-2026 start from the realm's parameters, spec (RMM 2.0) from zero",
         "there is no help: name the profile"},
        kCca},
};

constexpr bool in_enum_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (static_cast<std::size_t>(kRows[i].info.condition) != i) return false;
    return true;
}
static_assert(in_enum_order());

constexpr auto kInfos = [] {
    std::array<PortableConditionInfo, kRows.size()> infos{};
    for (std::size_t i = 0; i < kRows.size(); ++i) infos[i] = kRows[i].info;
    return infos;
}();

}  // namespace

std::span<const PortableConditionInfo> portable_conditions() { return kInfos; }

const PortableConditionInfo& portable_condition_info(PortableCondition condition) {
    return kInfos[static_cast<std::size_t>(condition)];
}

bool portable_detail::concerns(PortableCondition condition, PlatformType platform) {
    return (kRows[static_cast<std::size_t>(condition)].platforms & bit(platform)) != 0;
}

}  // namespace igvm
