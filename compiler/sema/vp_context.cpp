#include <fmt/format.h>

#include "igvm/describe.hpp"
#include "sema/bodies.hpp"
#include "sema/context_registers.hpp"

namespace igvm::spec {
namespace {

/// The context of one block on one platform.
class ContextBinder {
  public:
    ContextBinder(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                  const ImageSettings& settings)
        : binding_(binding), block_(block), platform_(platform), allowed_(settings.allowed) {}

    std::optional<model::VpContext> bind();

  private:
    bool platform_fits();
    bool takes_address();
    bool is_empty() const;
    void bind_place();
    void bind_raw();
    void refuse_beside_raw(const Name& other);
    void refuse(Code code, Span place, std::string message, std::string help = {});

    PlatformType type() const { return binding_.platforms[platform_].type; }
    ContextFormat format_on(PlatformIndex i) const {
        return platform_info(binding_.platforms[i].type).context;
    }
    ContextFormat format() const { return format_on(platform_); }
    /// The platforms of the block, of which one is at hand, that the same is wrong on: "snp, sev_es".
    template <class Predicate>
    std::string all_that(Predicate predicate) const {
        PlatformSet set = 0;
        for (const PlatformIndex i : binding_.each(block_.platforms)) set |= predicate(i) ? set_of(i) : 0;
        return binding_.platform_list(set);
    }
    std::string_view platform_name() const { return binding_.platform_name(platform_); }

    Binding& binding_;
    const BoundBlock& block_;
    PlatformIndex platform_;
    const std::set<Rule>& allowed_;
    model::VpContext context_;
    bool good_ = true;
};

void ContextBinder::refuse(Code code, Span place, std::string message, std::string help) {
    binding_.error(code, place, std::move(message), std::move(help));
    good_ = false;
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
        RegisterBinder registers(binding_, block_, platform_, type(),
                                 fmt::format("the context of {}", platform_name()));
        good_ = registers.bind(context_) && good_;
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
    refuse(Code::kContextPlatform, block_.tree->kind.span,
           fmt::format("there is no VP context on {}: guests start in a fixed state",
                       all_that([&](PlatformIndex i) { return format_on(i) == ContextFormat::kNone; })),
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
        const auto lacks = [&](PlatformIndex i) {
            return format_on(i) == ContextFormat::kVmsa && block_.find("at", i) == nullptr;
        };
        refuse(
            Code::kMissingAttribute, block_.place(),
            fmt::format("{} needs 'at' on {}: the address of the save area", block_.title(), all_that(lacks)),
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

}  // namespace

void bind_vp_context(Binding& binding, const BoundBlock& block, const ImageSettings& settings, Items& items) {
    const auto body_on = [&](PlatformIndex platform) {
        return ContextBinder(binding, block, platform, settings).bind();
    };
    const auto never = [](const model::VpContext&, const model::VpContext&) { return false; };
    fold<model::VpContext>(binding, block, items, body_on, never);
}

}  // namespace igvm::spec
