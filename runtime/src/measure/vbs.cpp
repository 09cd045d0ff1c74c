// The VBS boot measurement digest: a chain of page chunks, then of register chunks.
#include <fmt/format.h>

#include "igvm/x64.hpp"
#include "measure/fold.hpp"
#include "measure/hash.hpp"

namespace igvm {
namespace {

using Digest = std::array<std::uint8_t, 32>;

enum class ChunkType : std::uint32_t { kRegister = 0, kPage = 2 };
enum class Acceptance : std::uint64_t { kMeasured = 0, kUnmeasured = 4, kError = 7 };

/// Followed by the page's 4096 bytes.
struct PageChunk {
    U32 size;
    U32 type;
    U64 reserved;
    U64 metadata;
    U64 page_number;
};
static_assert(sizeof(PageChunk) == 32);

struct RegisterChunk {
    U32 size;
    U32 type;
    U64 reserved;
    U32 reserved2;
    U8 vtl;
    std::array<std::uint8_t, 7> reserved3;
    U32 name;
    std::array<std::uint8_t, 16> value;
};
static_assert(sizeof(RegisterChunk) == 48);

class VbsFold final : public Fold {
  public:
    explicit VbsFold(const FoldInput& input) : input_(input) {}

    HashAlgorithm algorithm() const override { return HashAlgorithm::kSha256; }

    Result<void> add(const LaunchEvent& event, unsigned /*pass*/) override {
        switch (event.kind) {
            case LaunchKind::kPage:
                return add_page(event);
            case LaunchKind::kParameterPage:
                extend_page(event, Acceptance::kUnmeasured, kZeroPage);
                return {};
            case LaunchKind::kErrorPage:
                extend_page(event, Acceptance::kError, kZeroPage);
                return {};
            case LaunchKind::kVpContext:
                contexts_.push_back(event);
                return {};
        }
        return {};
    }

    Result<std::vector<std::uint8_t>> finish() override {
        for (const LaunchEvent& context : contexts_)
            if (auto done = extend_registers(context); !done) return tl::unexpected(done.error());
        return std::vector(digest_.begin(), digest_.end());
    }

  private:
    Result<void> add_page(const LaunchEvent& event) {
        if (event.shared) return {};
        if (auto normal = require_normal(event, input_); !normal) return normal;
        const bool zeros = !event.measured || event.content.empty();
        extend_page(event, event.measured ? Acceptance::kMeasured : Acceptance::kUnmeasured,
                    zeros ? Bytes(kZeroPage) : event.content);
        return {};
    }

    static std::string_view name_of(Acceptance metadata) {
        switch (metadata) {
            case Acceptance::kMeasured:
                return "MEASURED";
            case Acceptance::kUnmeasured:
                return "UNMEASURED";
            case Acceptance::kError:
                break;
        }
        return "ERROR";
    }

    void extend_page(const LaunchEvent& event, Acceptance metadata, Bytes page) {
        PageChunk chunk{};
        chunk.size = std::uint32_t{sizeof(PageChunk) + kPageSize};
        chunk.type = static_cast<std::uint32_t>(ChunkType::kPage);
        chunk.metadata = static_cast<std::uint64_t>(metadata);
        chunk.page_number = event.gpa / kPageSize;
        extend(bytes_of(chunk), page);
        input_.line(event, name_of(metadata), digest_);
    }

    Result<void> extend_registers(const LaunchEvent& context) {
        const auto count = read<U32>(context.content, 0).value_or(U32{0});
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto place = sizeof(U32) + std::uint64_t{i} * sizeof(x64::VbsRegister);
            const auto entry = read<x64::VbsRegister>(context.content, place);
            if (!entry)
                return fail(Rule::kVbsRegisters, input_.offset_of(context),
                            fmt::format("the VP context counts {} registers and stores {} bytes",
                                        std::uint32_t{count}, context.content.size()));
            extend_register(*entry);
        }
        input_.line(context, "REGISTERS", digest_);
        return {};
    }

    void extend_register(const x64::VbsRegister& entry) {
        RegisterChunk chunk{};
        chunk.size = std::uint32_t{sizeof(RegisterChunk)};
        chunk.type = static_cast<std::uint32_t>(ChunkType::kRegister);
        chunk.vtl = entry.vtl;
        chunk.name = entry.name;
        chunk.value = entry.value;
        extend(bytes_of(chunk), {});
    }

    void extend(Bytes head, Bytes tail) {
        hasher_.update(digest_);
        hasher_.update(head);
        hasher_.update(tail);
        hasher_.finish(digest_);
    }

    FoldInput input_;
    Hasher hasher_{HashAlgorithm::kSha256};
    Digest digest_{};
    std::vector<LaunchEvent> contexts_;
};

}  // namespace

FoldResult make_vbs_fold(const FoldInput& input) { return std::make_unique<VbsFold>(input); }

}  // namespace igvm
