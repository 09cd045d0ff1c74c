// The TDX build-time measurement (MRTD): Intel TDX module, TDH.MEM.PAGE.ADD and TDH.MR.EXTEND.
#include <algorithm>
#include <cstring>

#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

constexpr std::size_t kChunkSize = 256;
constexpr std::size_t kChunks = kPageSize / kChunkSize;

/// The block that both operations put into the stream.
struct Operation {
    std::array<std::uint8_t, 16> name;
    U64 gpa;
    std::array<std::uint8_t, 104> reserved;
};
static_assert(sizeof(Operation) == 128);

struct Extend {
    Operation operation;
    std::array<std::uint8_t, kChunkSize> chunk;
};

/// What one measured page adds to the stream; an unmeasured page adds `add` alone.
struct PageRecord {
    Operation add;
    std::array<Extend, kChunks> extends;
};
static_assert(sizeof(PageRecord) == 6272);

Operation operation(std::string_view name) {
    Operation block{};
    std::ranges::copy(name, block.name.begin());
    return block;
}

class TdxFold final : public Fold {
  public:
    explicit TdxFold(const FoldInput& input) : input_(input) {
        record_.add = operation("MEM.PAGE.ADD");
        for (Extend& extend : record_.extends) extend.operation = operation("MR.EXTEND");
    }

    HashAlgorithm algorithm() const override { return HashAlgorithm::kSha384; }

    unsigned passes() const override { return input_.rules.adds_first ? 2 : 1; }

    Result<void> add(const LaunchEvent& event, unsigned pass) override {
        const bool page = event.kind == LaunchKind::kPage || event.kind == LaunchKind::kParameterPage;
        if (!page || input_.left_out(event)) return {};
        const bool adds = pass == 0;
        const bool extends = is_extended(event) && pass + 1 == passes();
        record_.add.gpa = event.gpa;
        if (extends) set_extends(event);
        if (adds && extends) {
            update(bytes_of(record_), event, "ADD+EXTEND");
        } else if (adds) {
            update(bytes_of(record_.add), event, "ADD");
        } else if (extends) {
            update(bytes_of(record_.extends), event, "EXTEND");
        }
        return {};
    }

    Result<std::vector<std::uint8_t>> finish() override {
        std::vector<std::uint8_t> digest(stream_.digest_size());
        stream_.finish(digest);
        return digest;
    }

  private:
    bool is_extended(const LaunchEvent& event) const {
        const bool zeros = event.content.empty() && input_.without_data() == PagesWithoutData::kNotHashed;
        return event.measured && !zeros;
    }

    void update(Bytes records, const LaunchEvent& event, std::string_view type) {
        stream_.update(records);
        if (!input_.trace) return;
        std::array<std::uint8_t, kMaxDigestSize> running;
        stream_.peek(running);
        input_.line(event, type, Bytes(running).first(stream_.digest_size()));
    }

    void set_extends(const LaunchEvent& event) {
        const Bytes page = event.content.empty() ? Bytes(kZeroPage) : event.content;
        for (std::size_t i = 0; i < kChunks; ++i) {
            record_.extends[i].operation.gpa = event.gpa + i * kChunkSize;
            std::memcpy(record_.extends[i].chunk.data(), page.data() + i * kChunkSize, kChunkSize);
        }
    }

    FoldInput input_;
    Hasher stream_{HashAlgorithm::kSha384};
    PageRecord record_{};
};

}  // namespace

FoldResult make_tdx_fold(const FoldInput& input) { return std::make_unique<TdxFold>(input); }

}  // namespace igvm
