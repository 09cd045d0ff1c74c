// The Realm Initial Measurement of Arm CCA: Realm Management Monitor specification 1.0 (starts from the
// realm's parameters, then RIPAS) and 2.0 (starts at zero, no RIPAS).
#include <fmt/format.h>

#include <algorithm>

#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

using Rim = std::array<std::uint8_t, 64>;

/// By the value of CCA_POLICY's hash_algorithm.
constexpr std::array kAlgorithms = {HashAlgorithm::kSha256, HashAlgorithm::kSha512, HashAlgorithm::kSha384};

enum class DescriptorType : std::uint8_t { kData = 0, kRec = 1, kRipas = 2 };

struct Descriptor {
    U8 type;
    std::array<std::uint8_t, 7> reserved;
    U64 length;
    Rim rim;
};

struct DataDescriptor {
    Descriptor head;
    U64 ipa;
    U64 flags;  ///< 1: the content is measured
    Rim content;
    std::array<std::uint8_t, 0x60> reserved;
};
static_assert(sizeof(DataDescriptor) == 0x100);

struct RecDescriptor {
    Descriptor head;
    Rim parameters;
    std::array<std::uint8_t, 0x70> reserved;
};
static_assert(sizeof(RecDescriptor) == 0x100);

struct RipasDescriptor {
    Descriptor head;
    U64 base;
    U64 top;
    std::array<std::uint8_t, 0xA0> reserved;
};
static_assert(sizeof(RipasDescriptor) == 0x100);

/// RmiRealmParams, as far as it is measured.
struct CreateParameters {
    U64 flags;
    U64 s2sz;
    U64 sve_vl;
    U64 breakpoints;
    U64 watchpoints;
    U64 pmu_counters;
    U64 hash_algorithm;
    std::array<std::uint8_t, 0xFC8> reserved;
};
static_assert(sizeof(CreateParameters) == kPageSize);

/// The start of a VP context for CCA.
struct RealmContext {
    std::array<U64, 8> gprs;
    U64 pc;
    U64 flags;
};

struct RecParameters {
    U64 flags;
    std::array<std::uint8_t, 0x1F8> reserved;
    U64 pc;
    std::array<std::uint8_t, 0xF8> reserved2;
    std::array<U64, 8> gprs;
    std::array<std::uint8_t, 0xCC0> reserved3;
};
static_assert(sizeof(RecParameters) == kPageSize);

constexpr std::uint64_t kRunnable = 1;

class CcaFold final : public Fold {
  public:
    CcaFold(const FoldInput& input, HashAlgorithm algorithm)
        : input_(input), algorithm_(algorithm), hasher_(algorithm) {}

    HashAlgorithm algorithm() const override { return algorithm_; }

    void create(const RealmParameters& realm) {
        CreateParameters parameters{};
        parameters.flags = realm.flags;
        parameters.s2sz = std::uint64_t{realm.s2sz};
        parameters.sve_vl = std::uint64_t{realm.sve_vl};
        parameters.breakpoints = std::uint64_t{realm.breakpoints};
        parameters.watchpoints = std::uint64_t{realm.watchpoints};
        parameters.pmu_counters = std::uint64_t{realm.pmu_counters};
        parameters.hash_algorithm =
            static_cast<std::uint64_t>(std::ranges::find(kAlgorithms, algorithm_) - kAlgorithms.begin());
        hasher_.hash(bytes_of(parameters), rim_);
    }

    void initialise(const RipasRange& range) {
        const std::uint64_t step = range.step == 0 ? range.top - range.base : range.step;
        for (std::uint64_t base = range.base; base < range.top;) {
            const std::uint64_t next = step < range.top - base ? base + step : range.top;
            RipasDescriptor ripas{};
            ripas.base = base;
            ripas.top = next;
            extend(ripas, DescriptorType::kRipas);
            base = next;
        }
    }

    Result<void> add(const LaunchEvent& event, unsigned /*pass*/) override {
        if (input_.left_out(event) || event.kind == LaunchKind::kErrorPage) return {};
        if (event.kind == LaunchKind::kVpContext) return add_context(event);
        if (auto normal = require_normal(event, input_); !normal) return normal;
        DataDescriptor data{};
        data.ipa = event.gpa;
        if (event.measured) {
            data.flags = std::uint64_t{1};
            hasher_.hash(event.content.empty() ? Bytes(kZeroPage) : event.content, data.content);
        }
        extend(data, DescriptorType::kData);
        input_.line(event, event.measured ? "DATA" : "DATA_UNMEASURED", rim_);
        return {};
    }

    Result<std::vector<std::uint8_t>> finish() override { return std::vector(rim_.begin(), rim_.end()); }

  private:
    Result<void> add_context(const LaunchEvent& event) {
        const auto content = page_content(event, input_);
        if (!content) return tl::unexpected(content.error());
        const auto context = *read<RealmContext>(*content, 0);
        if ((context.flags & kRunnable) == 0) return {};
        RecParameters parameters{};
        parameters.flags = context.flags;
        parameters.pc = context.pc;
        parameters.gprs = context.gprs;
        RecDescriptor rec{};
        hasher_.hash(bytes_of(parameters), rec.parameters);
        extend(rec, DescriptorType::kRec);
        input_.line(event, "REC", rim_);
        return {};
    }

    template <class T>
    void extend(T& descriptor, DescriptorType type) {
        descriptor.head.type = static_cast<std::uint8_t>(type);
        descriptor.head.length = std::uint64_t{sizeof(T)};
        descriptor.head.rim = rim_;
        hasher_.hash(bytes_of(descriptor), rim_);
    }

    FoldInput input_;
    HashAlgorithm algorithm_;
    Hasher hasher_;
    Rim rim_{};
};

/// What the first CCA_POLICY of the platform names.
Result<HashAlgorithm> hash_algorithm(const FoldInput& input) {
    const std::uint32_t mask = input.platform.compatibility_mask;
    for (const Header header : input.image) {
        const auto policy = header.as<CcaPolicy>();
        if (!policy || (policy->compatibility_mask & mask) != mask) continue;
        if (policy->hash_algorithm < kAlgorithms.size()) return kAlgorithms[policy->hash_algorithm];
        return fail(Rule::kMeasureUnsupported, header.offset,
                    fmt::format("CCA_POLICY names hash algorithm {}, which is unknown",
                                unsigned{policy->hash_algorithm}));
    }
    return fail(Rule::kMeasureUnsupported, input.image.headers_begin(),
                "the CCA platform has no CCA_POLICY, so no hash algorithm");
}

/// RMI_RTT_INIT_RIPAS works on granules, and one option must not cost hours.
Result<void> check_ripas(const FoldInput& input, const RipasRange& range) {
    const bool aligned = (range.base | range.top | range.step) % kPageSize == 0;
    const bool forward = range.base < range.top;
    const std::uint64_t calls = forward && range.step != 0 ? (range.top - range.base) / range.step : 0;
    if (aligned && forward && calls <= kMaxHostPages) return {};
    return fail(Rule::kMeasureUnsupported, input.image.headers_begin(),
                fmt::format("the RIPAS range {:#x} to {:#x} in steps of {:#x} is not {}", range.base,
                            range.top, range.step,
                            !forward   ? "ascending"
                            : !aligned ? "on multiples of 4096"
                                       : fmt::format("within {} calls", kMaxHostPages)));
}

Result<void> start_realm(CcaFold& fold, const FoldInput& input) {
    if (!input.rules.realm_creation) return {};
    if (!input.options.realm)
        return fail(Rule::kMeasureUnsupported, input.image.headers_begin(),
                    fmt::format("profile {} measures the realm's parameters, and none are given",
                                name(input.options.profile)));
    fold.create(*input.options.realm);
    if (!input.rules.ripas) return {};
    for (const RipasRange& range : input.options.realm->ripas) {
        if (auto checked = check_ripas(input, range); !checked) return checked;
        fold.initialise(range);
    }
    return {};
}

}  // namespace

FoldResult make_cca_fold(const FoldInput& input) {
    const auto algorithm = hash_algorithm(input);
    if (!algorithm) return tl::unexpected(algorithm.error());
    auto fold = std::make_unique<CcaFold>(input, *algorithm);
    if (auto started = start_realm(*fold, input); !started) return tl::unexpected(started.error());
    return fold;
}

}  // namespace igvm
