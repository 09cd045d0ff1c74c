#include <fmt/format.h>

#include <map>

#include "igvm/describe.hpp"
#include "sema/bodies.hpp"
#include "sema/registers.hpp"

namespace igvm::spec {
namespace {

using x64::RegisterInfo;
using x64::RegisterKind;

constexpr std::uint64_t kTableLimit = 0xFFFF;

/// Bits of the register in the encoding; 0: it has no such register.
unsigned register_bits(const RegisterInfo& info, ContextFormat format) {
    switch (format) {
        case ContextFormat::kVmsa:
            return 8u * info.vmsa.width;
        case ContextFormat::kNativeX64:
        case ContextFormat::kCca:
            return 8u * info.native.width;
        case ContextFormat::kVbs:
            return info.vbs == 0 ? 0 : 64;
        case ContextFormat::kNone:
            break;
    }
    return 0;
}

/// The context of one block on one platform.
class ContextBinder {
  public:
    ContextBinder(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                  const ImageSettings& settings)
        : binding_(binding),
          block_(block),
          platform_(platform),
          architecture_(settings.architecture),
          allowed_(settings.allowed) {}

    std::optional<model::VpContext> bind();

  private:
    bool platform_fits();
    bool takes_address();
    bool is_empty() const;
    void bind_place();
    void bind_raw();
    void refuse_beside_raw(const Name& other);
    void bind_features();
    void bind_registers();
    void bind_table(std::string_view attribute, std::string_view register_name);
    void bind_block(const BoundBlock& block);
    const RegisterInfo* find(std::string_view name, Span place);
    std::uint64_t feature_bits(const BoundAttribute& features);
    void add(const RegisterInfo* info, std::variant<std::uint64_t, x64::Segment> value, Span place);
    void refuse(Code code, Span place, std::string message, std::string help = {});
    std::uint64_t integer(const BoundBlock& block, std::string_view name, std::uint64_t absent,
                          std::uint64_t max);

    PlatformType type() const { return binding_.platforms[platform_].type; }
    ContextFormat format() const { return platform_info(type()).context; }
    std::string_view platform_name() const { return binding_.platform_name(platform_); }

    Binding& binding_;
    const BoundBlock& block_;
    PlatformIndex platform_;
    Architecture architecture_;
    const std::set<Rule>& allowed_;
    model::VpContext context_;
    std::map<const RegisterInfo*, Span> places_;  ///< of the registers that have a value
    bool good_ = true;
};

void ContextBinder::refuse(Code code, Span place, std::string message, std::string help) {
    binding_.error(code, place, std::move(message), std::move(help));
    good_ = false;
}

std::uint64_t ContextBinder::integer(const BoundBlock& block, std::string_view name, std::uint64_t absent,
                                     std::uint64_t max) {
    const auto value = binding_.integer(block, name, platform_, absent, max);
    good_ = good_ && value.has_value();
    return value.value_or(0);
}

std::optional<model::VpContext> ContextBinder::bind() {
    if (!platform_fits()) return std::nullopt;
    context_.platform = type();
    const auto vp = bind_vp(binding_, block_, platform_);
    good_ = good_ && vp.has_value();
    context_.vp_index = vp ? vp->index : 0;
    context_.vtl = vp ? vp->vtl : 0;
    bind_place();
    if (block_.find("raw", platform_) != nullptr) {
        bind_raw();
    } else {
        bind_features();
        bind_registers();
    }
    if (good_ && is_empty()) {
        refuse(Code::kMissingAttribute, block_.place(),
               fmt::format("{} has no registers on {}", block_.title(), platform_name()),
               "give it registers, or a state to start from");
    }
    if (!good_) return std::nullopt;
    return std::move(context_);
}

/// Only a register list can be empty, and must not.
bool ContextBinder::is_empty() const {
    return format() == ContextFormat::kVbs && !context_.raw && context_.registers.empty() &&
           context_.start == model::StartState::kNone && !allowed_.contains(Rule::kVbsRegisters);
}

bool ContextBinder::platform_fits() {
    if (format() != ContextFormat::kNone) return true;
    PlatformSet others = 0;
    for (PlatformIndex i = 0; i < binding_.platforms.size(); ++i) {
        const bool takes_one = platform_info(binding_.platforms[i].type).context != ContextFormat::kNone;
        if (contains(block_.platforms, i) && takes_one) others |= set_of(i);
    }
    refuse(Code::kContextPlatform, block_.place(),
           fmt::format("{} has no VP context: its guests start in a fixed state", platform_name()),
           others == 0 ? "remove the block" : fmt::format("write 'on {}'", binding_.platform_list(others)));
    return false;
}

/// The rule says more than the binder: an image that may break it has its address.
bool ContextBinder::takes_address() {
    const bool elsewhere = format() == ContextFormat::kNativeX64 || format() == ContextFormat::kVbs;
    if (!elsewhere || allowed_.contains(Rule::kVpContextAddress)) return true;
    PlatformSet others = 0;
    for (PlatformIndex i = 0; i < binding_.platforms.size(); ++i) {
        if (contains(block_.platforms, i) && has_save_area(binding_.platforms[i].type)) others |= set_of(i);
    }
    refuse(Code::kConflict, block_.find("at", platform_)->tree->name.span,
           fmt::format("{} keeps no save area in guest memory: its context takes no 'at'", platform_name()),
           others == 0 ? "remove at" : fmt::format("write 'at on {} = …'", binding_.platform_list(others)));
    return false;
}

void ContextBinder::bind_place() {
    if (block_.find("at", platform_) != nullptr) {
        if (!takes_address()) return;
        const auto gpa = binding_.address(block_, platform_);
        good_ = good_ && gpa.has_value();
        context_.gpa = gpa.value_or(0);
    } else if (format() == ContextFormat::kVmsa) {
        refuse(
            Code::kMissingAttribute, block_.place(),
            fmt::format("{} needs 'at' on {}: the address of the save area", block_.title(), platform_name()),
            "KVM expects at = 0xFFFF_FFFF_F000");
    }
}

void ContextBinder::refuse_beside_raw(const Name& other) {
    refuse(Code::kConflict, other.span,
           fmt::format("raw is the whole context: '{}' cannot stand beside it", other.text),
           "remove one of them");
}

void ContextBinder::bind_raw() {
    const BoundAttribute* raw = block_.find("raw", platform_);
    for (const BoundAttribute& other : block_.attributes) {
        const std::string_view name = other.tree->name.text;
        if (!contains(other.platforms, platform_) || name == "vp" || name == "vtl" || name == "at" ||
            &other == raw) {
            continue;
        }
        refuse_beside_raw(other.tree->name);
    }
    for (const auto& block : block_.blocks) {
        if (contains(block->platforms, platform_)) refuse_beside_raw(block->tree->kind);
    }
    const auto bytes = binding_.bytes(block_, "raw", platform_);
    good_ = good_ && bytes.has_value();
    if (!bytes) return;
    if (format() != ContextFormat::kVbs && bytes->bytes.size() > kPageSize) {
        refuse(Code::kSize, raw->tree->value->span,
               fmt::format("the context has {} bytes; {} takes at most 4096", bytes->bytes.size(),
                           platform_name()));
    }
    context_.raw = *bytes;
}

void ContextBinder::bind_features() {
    const auto start = binding_.keyword(block_, "start", platform_, 0);
    good_ = good_ && start.has_value();
    context_.start = static_cast<model::StartState>(start.value_or(0));
    if (architecture_ != Architecture::kX64 && context_.start != model::StartState::kNone) {
        refuse(Code::kArchitecture, block_.find("start", platform_)->tree->value->span,
               "the start states are those of x64", "give the registers one by one");
    }
    const BoundAttribute* features = block_.find("sev_features", platform_);
    if (features == nullptr) return;
    if (format() != ContextFormat::kVmsa) {
        refuse(Code::kConflict, features->tree->name.span,
               fmt::format("{} has no sev_features", platform_name()), "write 'sev_features on snp = …'");
        return;
    }
    context_.sev_features = feature_bits(*features);
    if ((context_.sev_features & x64::kSevFeatureSnp) != 0) {
        refuse(Code::kConflict, features->tree->value->span,
               "bit 0 of sev_features says SNP and follows the platform", "leave bit 0 out");
    }
}

/// A list of names, or the integer.
std::uint64_t ContextBinder::feature_bits(const BoundAttribute& features) {
    if (features.tree->value->kind != ExprKind::kList) return integer(block_, "sev_features", 0, UINT64_MAX);
    const auto bits = binding_.words(block_, "sev_features", platform_);
    good_ = good_ && bits.has_value();
    return bits.value_or(0);
}

void ContextBinder::bind_registers() {
    bind_table("gdt", "gdtr");
    bind_table("idt", "idtr");
    for (const BoundAttribute& attribute : block_.attributes) {
        if (attribute.row != nullptr || !contains(attribute.platforms, platform_)) continue;
        const Name& name = attribute.tree->name;
        const RegisterInfo* info = find(name.text, name.span);
        if (info == nullptr) continue;
        const unsigned bits = register_bits(*info, format());
        const std::uint64_t max = bits == 0 || bits >= 64 ? UINT64_MAX : (std::uint64_t{1} << bits) - 1;
        add(info, integer(block_, info->name, 0, max), name.span);
    }
    for (const auto& block : block_.blocks) {
        if (contains(block->platforms, platform_)) bind_block(*block);
    }
}

const RegisterInfo* ContextBinder::find(std::string_view name, Span place) {
    const RegisterInfo* info = find_register(architecture_, name);
    if (info == nullptr) {
        const std::string_view word = architecture_ == Architecture::kX64 ? "x64" : "aarch64";
        refuse(Code::kUnknownRegister, place, fmt::format("{} has no register {}", word, name),
               did_you_mean(name, register_names(architecture_)));
    }
    return info;
}

void ContextBinder::bind_table(std::string_view attribute, std::string_view register_name) {
    const BoundAttribute* given = block_.find(attribute, platform_);
    if (given == nullptr) return;
    const RegisterInfo* info = find(register_name, given->tree->name.span);
    const auto table = binding_.reference(block_, attribute, platform_);
    good_ = good_ && table.has_value();
    if (!table || info == nullptr) return;
    const BoundAttribute* data =
        (*table)->row->kind == "region" ? (*table)->find("data", platform_) : nullptr;
    if (data == nullptr) {
        return refuse(Code::kTypeMismatch, given->tree->value->span,
                      fmt::format("{} is not a region with data", (*table)->title()));
    }
    const auto base = binding_.address(**table, platform_);
    const auto size = binding_.evaluator.size_of(*data->tree->value, platform_, "region data");
    good_ = good_ && base && size;
    if (!base || !size) return;
    if (*size == 0 || *size - 1 > kTableLimit) {
        return refuse(
            Code::kSize, given->tree->value->span,
            fmt::format("a descriptor table has 1 to 65536 bytes, {} has {}", (*table)->title(), *size));
    }
    add(info, x64::Segment{0, 0, static_cast<std::uint32_t>(*size - 1), *base}, given->tree->name.span);
}

void ContextBinder::bind_block(const BoundBlock& block) {
    const RegisterInfo* info = find(block.row->kind, block.tree->kind.span);
    if (info == nullptr) return;
    x64::Segment segment;
    const bool table = info->kind == RegisterKind::kTable;
    if (!table) {
        segment.selector = static_cast<std::uint16_t>(integer(block, "selector", 0, UINT16_MAX));
        segment.attributes = static_cast<std::uint16_t>(integer(block, "attributes", 0, UINT16_MAX));
    }
    segment.limit = static_cast<std::uint32_t>(integer(block, "limit", 0, table ? kTableLimit : UINT32_MAX));
    segment.base = integer(block, "base", 0, UINT64_MAX);
    add(info, segment, block.tree->kind.span);
}

void ContextBinder::add(const RegisterInfo* info, std::variant<std::uint64_t, x64::Segment> value,
                        Span place) {
    if (register_bits(*info, format()) == 0) {
        return refuse(Code::kUnknownRegister, place,
                      fmt::format("the context of {} has no register {}", platform_name(), info->name),
                      "limit it to other platforms with 'on …'");
    }
    if (const auto [first, added] = places_.try_emplace(info, place); !added) {
        good_ = false;
        return binding_.diagnostics.report({Code::kDuplicateAttribute,
                                            place,
                                            fmt::format("register {} has two values", info->name),
                                            "",
                                            {{first->second, "the first is here"}},
                                            "remove one of them"});
    }
    context_.registers.push_back({info, value});
}

}  // namespace

void bind_vp_context(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items) {
    const auto body_on = [&](PlatformIndex platform) {
        return ContextBinder(binding, block, platform, settings).bind();
    };
    const auto never = [](const model::VpContext&, const model::VpContext&) { return false; };
    fold<model::VpContext>(binding, block, items, body_on, never);
}

}  // namespace igvm::spec
