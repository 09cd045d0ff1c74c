// The Realm Initial Measurement of Arm CCA: Realm Management Monitor specification 2.0 (starts at zero, no
// RIPAS).
#include <fmt/format.h>

#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

using Rim = std::array<std::uint8_t, 64>;

/// By the value of CCA_POLICY's hash_algorithm.
constexpr std::array kAlgorithms = {HashAlgorithm::kSha256, HashAlgorithm::kSha512, HashAlgorithm::kSha384};

enum class DescriptorType : std::uint8_t { kData = 0, kRec = 1 };

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

    Result<void> add(const LaunchEvent& event) override {
        if (event.shared || event.kind == LaunchKind::kErrorPage) return {};
        if (event.kind == LaunchKind::kVpContext) return add_context(event);
        if (auto normal = require_normal(event, input_); !normal) return normal;
        DataDescriptor data{};
        data.ipa = event.gpa;
        if (event.measured) {
            data.flags = std::uint64_t{1};
            hasher_.hash(event.content.empty() ? Bytes(kZeroPage) : event.content, data.content);
        }
        extend(data, DescriptorType::kData, event);
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
        extend(rec, DescriptorType::kRec, event);
        return {};
    }

    template <class T>
    void extend(T& descriptor, DescriptorType type, const LaunchEvent& event) {
        descriptor.head.type = static_cast<std::uint8_t>(type);
        descriptor.head.length = std::uint64_t{sizeof(T)};
        descriptor.head.rim = rim_;
        hasher_.hash(bytes_of(descriptor), rim_);
        input_.line(event, rim_);
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

}  // namespace

FoldResult make_cca_fold(const FoldInput& input) {
    return hash_algorithm(input).map([&](HashAlgorithm algorithm) -> std::unique_ptr<Fold> {
        return std::make_unique<CcaFold>(input, algorithm);
    });
}

}  // namespace igvm
