// The SEV-SNP launch digest: AMD SEV-SNP firmware ABI (56860), SNP_LAUNCH_UPDATE.
#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <optional>

#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

using Digest = Sha384;

enum class SnpPageType : std::uint8_t {
    kNormal = 1,
    kVmsa = 2,
    kZero = 3,
    kUnmeasured = 4,
    kSecrets = 5,
    kCpuid = 6
};

/// By the value of the type.
constexpr std::array<std::string_view, 7> kTypeNames = {"",           "NORMAL",  "VMSA", "ZERO",
                                                        "UNMEASURED", "SECRETS", "CPUID"};

struct PageInfo {
    Digest current;
    Digest contents;
    U16 length;
    U8 page_type;
    U8 imi_page;
    U8 reserved;
    U8 vmpl1_permissions;
    U8 vmpl2_permissions;
    U8 vmpl3_permissions;
    U64 gpa;
};
static_assert(sizeof(PageInfo) == 0x70);

/// Digests of contents by their place in the file, in bounded memory: a newer digest replaces an older one
/// in its slot.
class DigestCache {
  public:
    std::optional<Digest> find(std::uint64_t content_id) const {
        const Slot& slot = slots_[index(content_id)];
        if (content_id == 0 || slot.content_id != content_id) return std::nullopt;
        return slot.digest;
    }
    void put(std::uint64_t content_id, const Digest& digest) {
        slots_[index(content_id)] = {content_id, digest};
    }

  private:
    static constexpr unsigned kSlotBits = 15;
    struct Slot {
        std::uint64_t content_id = 0;
        Digest digest{};
    };
    static std::size_t index(std::uint64_t content_id) {
        return static_cast<std::size_t>((content_id * 0x9E3779B97F4A7C15) >> (64 - kSlotBits));
    }
    std::vector<Slot> slots_{std::size_t{1} << kSlotBits};
};

class SnpFold final : public Fold {
  public:
    explicit SnpFold(const FoldInput& input) : input_(input) {
        batch_.reserve(kBatch);
        chain_.hash(kZeroPage, zero_page_);
    }

    HashAlgorithm algorithm() const override { return HashAlgorithm::kSha384; }

    Result<void> add(const LaunchEvent& event, unsigned /*pass*/) override {
        if (input_.left_out(event) || event.kind == LaunchKind::kErrorPage) return {};
        const auto type = page_type(event);
        if (!type) return tl::unexpected(type.error());
        Entry entry{event, *type};
        if (*type == SnpPageType::kNormal || *type == SnpPageType::kVmsa) {
            const auto content = page_content(event, input_);
            if (!content) return tl::unexpected(content.error());
            look_up(entry);
        }
        batch_.push_back(entry);
        if (batch_.size() == kBatch) flush();
        return {};
    }

    Result<std::vector<std::uint8_t>> finish() override {
        flush();
        return std::vector(digest_.begin(), digest_.end());
    }

  private:
    static constexpr std::size_t kBatch = 1024;
    static constexpr std::size_t kGrain = 16;

    struct Entry {
        LaunchEvent event;
        SnpPageType type;
        Digest contents{};
        bool to_hash = false;
    };

    Result<SnpPageType> page_type(const LaunchEvent& event) const {
        if (event.kind == LaunchKind::kVpContext) return SnpPageType::kVmsa;
        if (event.kind == LaunchKind::kParameterPage) return SnpPageType::kUnmeasured;
        switch (event.page_type) {
            case PageDataType::kNormal:
                return normal_type(event);
            case PageDataType::kSecrets:
                return SnpPageType::kSecrets;
            case PageDataType::kCpuid:
            case PageDataType::kCpuidXf:
                return SnpPageType::kCpuid;
        }
        return fail(Rule::kMeasurePageType, input_.offset_of(event),
                    fmt::format("SNP has no page of data type {}", static_cast<unsigned>(event.page_type)));
    }

    SnpPageType normal_type(const LaunchEvent& event) const {
        if (!event.measured) return SnpPageType::kUnmeasured;
        const bool zero_type = input_.without_data() == PagesWithoutData::kZeroType;
        return event.content.empty() && zero_type ? SnpPageType::kZero : SnpPageType::kNormal;
    }

    const Digest* find_shared(std::uint64_t content_id) {
        return input_.contents == nullptr ? nullptr : input_.contents->find(content_id, hint_);
    }

    void look_up(Entry& entry) {
        if (entry.event.content.empty()) {
            entry.contents = zero_page_;
        } else if (const Digest* shared = find_shared(entry.event.content_id)) {
            entry.contents = *shared;
        } else if (const auto known = cache_.find(entry.event.content_id)) {
            entry.contents = *known;
        } else {
            entry.to_hash = true;
        }
    }

    /// The contents do not depend on each other; only the chain of records does.
    void flush() {
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, batch_.size(), kGrain), [&](const auto& range) {
            Hasher& hasher = hashers_.local();
            for (std::size_t i = range.begin(); i != range.end(); ++i)
                if (batch_[i].to_hash) hasher.hash(batch_[i].event.content, batch_[i].contents);
        });
        for (const Entry& entry : batch_) extend(entry);
        batch_.clear();
    }

    void extend(const Entry& entry) {
        if (entry.to_hash && entry.event.content_id != 0) cache_.put(entry.event.content_id, entry.contents);
        PageInfo record{};
        record.current = digest_;
        record.contents = entry.contents;
        record.length = std::uint16_t{sizeof(PageInfo)};
        record.page_type = static_cast<std::uint8_t>(entry.type);
        record.gpa = entry.event.gpa;
        chain_.hash(bytes_of(record), digest_);
        input_.line(entry.event, kTypeNames[record.page_type], digest_);
    }

    FoldInput input_;
    Hasher chain_{HashAlgorithm::kSha384};
    tbb::enumerable_thread_specific<Hasher> hashers_{HashAlgorithm::kSha384};
    Digest zero_page_{};
    Digest digest_{};
    DigestCache cache_;
    std::size_t hint_ = 0;
    std::vector<Entry> batch_;
};

}  // namespace

FoldResult make_snp_fold(const FoldInput& input) { return std::make_unique<SnpFold>(input); }

}  // namespace igvm
