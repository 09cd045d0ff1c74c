#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <set>
#include <tuple>

#include "start_state.hpp"

namespace igvm::check_detail {
namespace {

constexpr std::uint64_t kResetPage = 0xFFFFF000;
/// What one file may make us visit. Beyond, nothing is said about page tables that are not mapped.
struct TableBudget {
    std::size_t left = 16384;  ///< tables: they map 32 GiB in 4 KiB pages
    /// The roots visited so far: processors share their tables.
    std::set<std::tuple<PlatformType, std::uint64_t, unsigned>> roots = {};
};

/// The rules of one processor.
class Processor {
  public:
    Processor(Context& context, const GuestMemory& memory, const StartState& state)
        : context_(context),
          memory_(memory),
          state_(state),
          tables_(state.page_tables()),
          read_([&memory](std::uint64_t gpa) { return memory.page_bytes(gpa); }) {}

    void check(TableBudget& budget) {
        control_registers();
        const bool within_segment = entry_point_limit();
        if (state_.paging() && !page_table_root()) return;
        if (state_.paging() && !state_.long_mode()) return;  // 32-bit paging is not decoded
        if (within_segment) entry_point();
        stack();
        gdt();
        if (state_.long_mode()) page_tables_mapped(budget);
    }

  private:
    template <class... Args>
    void report(Rule rule, fmt::format_string<Args...> format, Args&&... args) {
        context_.report(rule, state_.offset, "{}: {}", state_.subject(),
                        fmt::format(format, std::forward<Args>(args)...));
    }

    /// What is wrong with the control registers, or null.
    const char* mode_breach() const {
        using namespace x64;
        const auto [cr0, cr4, efer] =
            std::tuple(state_.cr0.value_or(0), state_.cr4.value_or(0), state_.efer.value_or(0));
        const bool long_mode = (efer & kEferLme) != 0 && (cr0 & kCr0Pg) != 0;
        if ((cr0 & kCr0Pg) != 0 && (cr0 & kCr0Pe) == 0) return "CR0 has PG without PE";
        if (long_mode && (cr4 & kCr4Pae) == 0) return "64-bit mode needs CR4.PAE";
        if (((efer & kEferLma) != 0) != long_mode) return "EFER.LMA does not equal EFER.LME with CR0.PG";
        if (state_.code_is_64_bit() && !long_mode)
            return "CS is 64-bit and the processor is not in long mode";
        if (state_.code_is_64_bit() && (state_.cs->attributes & 0x4000) != 0) return "CS has both L and D";
        const bool vmsa = state_.platform == PlatformType::kSnp || state_.platform == PlatformType::kSevEs;
        if (vmsa && (efer & kEferSvme) == 0) return "VMRUN needs EFER.SVME";
        return nullptr;
    }

    void control_registers() {
        // A VBS context may leave registers at their reset values, which are consistent.
        if (!state_.cr0 || !state_.cr4 || !state_.efer) return;
        if (const char* breach = mode_breach())
            report(Rule::kControlRegisters, "{} (CR0 {:#x}, CR4 {:#x}, EFER {:#x}, CS attributes {:#x})",
                   breach, *state_.cr0, *state_.cr4, *state_.efer, state_.cs ? state_.cs->attributes : 0);
    }

    /// Outside of 64-bit mode every fetch is held against the limit of CS, which counts bytes.
    bool entry_point_limit() {
        if (!state_.rip || !state_.cs || (state_.long_mode() && state_.code_is_64_bit())) return true;
        if (*state_.rip <= state_.cs->limit) return true;
        report(Rule::kEntryPointLimit, "rip is {:#x}, and the limit of CS {:#x}", *state_.rip,
               state_.cs->limit);
        return false;
    }

    struct Root {
        std::uint64_t gpa;
        std::uint64_t size;
    };
    Root root() const {
        if (state_.long_mode()) return {tables_.address_of(tables_.cr3), kPageSize};
        if (state_.has(state_.cr4, x64::kCr4Pae)) return {tables_.cr3 & 0xFFFFFFE0, 32};
        return {tables_.cr3 & 0xFFFFF000, kPageSize};
    }

    bool page_table_root() {
        const auto [gpa, size] = root();
        if (read_(gpa)) return true;
        if (!memory_.present().contains(gpa, gpa + size - 1))
            report(Rule::kPageTableRoot, "CR3 points to {:#x}, which is neither loaded nor required memory",
                   gpa);
        return false;  // the guest's tables are not known
    }

    /// The guest physical address of a linear one, or nothing when it has none.
    std::optional<std::uint64_t> physical(std::uint64_t linear) const {
        if (!state_.long_mode()) return linear;
        const auto found = x64::translate(tables_, linear, read_);
        return found ? std::optional(found->gpa) : std::nullopt;
    }

    /// Says that no table maps the address; also, in detail, where the walk ended.
    void report_fault(std::uint64_t linear, const x64::Fault& fault) {
        report(Rule::kEntryPointMapped, "{:#x} is not mapped: the level {} table at {:#x} {}", linear,
               fault.level, fault.table, fault.loaded ? "has no present entry for it" : "is not loaded");
    }

    void entry_point() {
        if (!state_.rip) return;
        const std::uint64_t linear = state_.linear(state_.cs, *state_.rip);
        x64::Translation place{.gpa = linear};
        if (state_.long_mode()) {
            const auto found = x64::translate(tables_, linear, read_);
            if (!found) return report_fault(linear, found.error());
            place = *found;
            if (state_.uses_c_bit() && (place.leaf & x64::kSnpCBit) == 0)
                report(Rule::kEncryptionBit, "the entry point {:#x} is mapped by {:#x}, without bit 51",
                       linear, place.leaf);
        }
        const Extent* extent = memory_.find(place.gpa);
        if (extent == nullptr)
            return report(Rule::kEntryPointLoaded, "nothing is loaded at the entry point {:#x}", place.gpa);
        if (const char* reason = not_code(*extent, place))
            report(Rule::kEntryPointExecutable, "the entry point {:#x} is in {}", place.gpa, reason);
    }

    /// What keeps the loaded extent from being code, or null.
    const char* not_code(const Extent& extent, const x64::Translation& place) const {
        if (place.no_execute) return "a page that the page tables forbid to execute";
        if (extent.kind == ExtentKind::kArea) return "a parameter area, which the host fills";
        if (extent.kind != ExtentKind::kPage) return "memory that is no PAGE_DATA";
        const auto page = *context_.image().header(extent.header).as<PageData>();
        if (page.data_type != static_cast<std::uint16_t>(PageDataType::kNormal))
            return "a page for secrets or CPUID";
        if ((page.flags & kPageFlagShared) != 0) return "a shared page, which the host can change";
        const bool measured = state_.platform != PlatformType::kNative;
        if (measured && (page.flags & kPageFlagUnmeasured) != 0) return "an unmeasured page";
        return nullptr;
    }

    /// What keeps the guest from using the byte at a linear address, or null.
    const char* lack_at(std::uint64_t linear) const {
        const auto gpa = physical(linear);
        if (!gpa) return "is not mapped";
        return memory_.present().contains(*gpa, *gpa) ? nullptr : "is neither loaded nor required memory";
    }

    void stack() {
        if (state_.rsp.value_or(0) == 0) return;  // the guest sets its own
        const std::uint64_t top = state_.linear(state_.ss, *state_.rsp);
        if (const char* lack = lack_at(top - 1))
            report(Rule::kStackPresent, "the stack below {:#x} {}", top, lack);
    }

    void gdt() {
        if (!state_.gdtr || state_.gdtr->base == 0 || state_.gdtr->limit == 0)
            return;  // the guest sets its own
        const std::uint64_t first = state_.gdtr->base;
        const std::uint64_t last = first + state_.gdtr->limit;
        const char* const lack = lack_at(first);
        if (const char* either = lack != nullptr ? lack : lack_at(last))
            report(Rule::kGdtPresent, "the GDT from {:#x} to {:#x} {}", first, last, either);
    }

    void page_tables_mapped(TableBudget& budget) {
        if (!budget.roots.emplace(state_.platform, tables_.address_of(tables_.cr3), tables_.levels).second)
            return;
        std::size_t visited = 0;
        std::set<std::uint64_t> tables;
        const auto note = [&](std::uint64_t gpa) {
            ++visited;
            tables.insert(gpa);
        };
        const bool all = x64::visit_tables(tables_, read_, budget.left, {note, [](auto, auto) {}});
        budget.left -= std::min(budget.left, visited);
        if (!all) return;
        std::set<std::uint64_t> hidden = tables;
        const auto uncover = [&](std::uint64_t gpa, std::uint64_t size) {
            auto at = hidden.lower_bound(gpa);
            while (at != hidden.end() && *at - gpa < size) at = hidden.erase(at);
        };
        x64::visit_tables(tables_, read_, visited, {[](auto) {}, uncover});
        if (!hidden.empty())
            report(Rule::kPageTablesMapped, "{} of {} page tables are mapped nowhere, the first at {:#x}",
                   hidden.size(), tables.size(), *hidden.begin());
    }

    Context& context_;
    const GuestMemory& memory_;
    const StartState& state_;
    const x64::Paging tables_;
    const x64::ReadPage read_;
};

/// True when a page of one of the types is loaded.
bool has_page(const Context& context, const GuestMemory& memory, std::initializer_list<PageDataType> types) {
    return std::ranges::any_of(memory.filled(), [&](const Extent* extent) {
        if (extent->kind != ExtentKind::kPage) return false;
        const auto type = context.image().header(extent->header).as<PageData>()->data_type;
        return std::ranges::any_of(
            types, [&](PageDataType wanted) { return type == static_cast<std::uint16_t>(wanted); });
    });
}

void platform_pages(Context& context, const GuestMemory& memory, PlatformType type, std::uint64_t offset) {
    using enum PageDataType;
    if (type == PlatformType::kSnp && !has_page(context, memory, {kSecrets}))
        context.report(Rule::kSecretsPage, offset, "SEV-SNP has no secrets page");
    if (type == PlatformType::kSnp && !has_page(context, memory, {kCpuid, kCpuidXf}))
        context.report(Rule::kCpuidPage, offset, "SEV-SNP has no CPUID page");
    if (type == PlatformType::kTdx && !memory.page_bytes(kResetPage))
        context.report(Rule::kTdxResetPage, offset, "TDX has no page at {:#x}", kResetPage);
}

}  // namespace

void check_guest_state_rules(Context& context) {
    std::array<std::optional<GuestMemory>, 32> memories;
    const auto memory_of = [&](std::uint32_t mask) -> const GuestMemory& {
        const auto bit = static_cast<unsigned>(std::countr_zero(mask));
        return memories[bit] ? *memories[bit] : memories[bit].emplace(context, bit);
    };
    TableBudget budget;
    std::uint32_t judged = 0;
    for (const Header header : context.image()) {
        const auto mask = static_cast<std::uint32_t>(header.value(FieldKind::kMask).value_or(0));
        if (mask == 0) continue;
        if (const auto platform = header.as<SupportedPlatform>(); platform && (mask & judged) == 0)
            platform_pages(context, memory_of(mask), PlatformType{std::uint8_t{platform->platform_type}},
                           header.offset);
        if (header.is(HeaderType::kSupportedPlatform)) judged |= mask;
        if (!header.is(HeaderType::kVpContext)) continue;
        const auto state = start_state(context.image(), header);
        if (!state) continue;
        Processor(context, memory_of(mask), *state).check(budget);
        check_linux_start(context, memory_of(mask), *state);
    }
}

}  // namespace igvm::check_detail
