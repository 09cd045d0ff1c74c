#include "sema/block_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "generate/context.hpp"
#include "sema/context_registers.hpp"
#include "sema/structs.hpp"

namespace igvm::spec {
namespace {

constexpr std::uint64_t kHighestVtl = 2;

/// The word of an encoding as a message says it.
std::string_view encoding_name(const BoundBlock& block, PlatformType encoding) {
    const schema::AttributeRow& row = *schema::find_attribute(*block.row, "encoding");
    const auto same_format = [&](const schema::Keyword& word) {
        return platform_info(static_cast<PlatformType>(word.value)).context ==
               platform_info(encoding).context;
    };
    return std::ranges::find_if(row.keywords, same_format)->name;
}

/// A platform whose contexts are encoded as the block wants it: its own where that is one.
std::optional<PlatformType> encoding_of(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const PlatformType own = binding.platforms[platform].type;
    const BoundAttribute* given = block.find("encoding", platform);
    if (given == nullptr && platform_info(own).context == ContextFormat::kNone) {
        binding.missing(block,
                        fmt::format("{} needs 'encoding' on {}, which has no VP contexts", block.title(),
                                    binding.platform_name(platform)),
                        "write 'encoding = vbs'");
        return std::nullopt;
    }
    const auto word = binding.keyword(block, "encoding", platform, static_cast<std::uint64_t>(own));
    if (!word) return std::nullopt;
    const auto wanted = static_cast<PlatformType>(*word);
    if (!platform_info(wanted).runs_on(binding.architecture)) {
        binding.error(
            Code::kArchitecture, given != nullptr ? given->tree->value->span : block.place(),
            fmt::format("the {} encoding is that of another architecture", encoding_name(block, wanted)));
        return std::nullopt;
    }
    return platform_info(wanted).context == platform_info(own).context ? own : wanted;
}

bool vtl_fits(Binding& binding, const BoundBlock& block, PlatformIndex platform, PlatformType encoding) {
    const BoundAttribute* vtl = block.find("vtl", platform);
    if (vtl == nullptr || platform_info(encoding).context == ContextFormat::kVbs) return true;
    binding.error(Code::kConflict, vtl->tree->name.span,
                  fmt::format("the {} encoding has no vtl", encoding_name(block, encoding)), "remove vtl");
    return false;
}

RegisterBinder binder(Binding& binding, const BoundBlock& block, PlatformIndex platform,
                      PlatformType encoding) {
    return {binding, block, platform, encoding,
            fmt::format("the {} encoding", encoding_name(block, encoding))};
}

Value encode(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const auto encoding = encoding_of(binding, block, platform);
    if (!encoding || block.incomplete) return {};
    model::VpContext context;
    context.platform = *encoding;
    const auto vtl = binding.integer(block, "vtl", platform, 0, kHighestVtl);
    context.vtl = static_cast<std::uint8_t>(vtl.value_or(0));
    const bool bound = binder(binding, block, platform, *encoding).bind(context);
    if (!vtl_fits(binding, block, platform, *encoding) || !vtl || !bound) return {};
    auto bytes = std::make_shared<const std::vector<std::uint8_t>>(generate::encode_context(context));
    if (!binding.evaluator.take_memory(bytes->size(), block.place())) return {};
    const Bytes view(*bytes);
    return {model::Blob{std::move(bytes), view}, block.place()};
}

}  // namespace

std::optional<std::uint64_t> registers_size(Binding& binding, const BoundBlock& block,
                                            PlatformIndex platform) {
    const Value size = binding.evaluator.guarded(
        &block.size_key, platform, fmt::format("the size of {}", block.title()), block.place(),
        [&]() -> Value {
            const auto encoding = encoding_of(binding, block, platform);
            const auto bytes =
                encoding ? binder(binding, block, platform, *encoding).encoded_size() : std::nullopt;
            if (!bytes) return {};
            return {*bytes, block.place()};
        });
    if (size.poisoned()) return std::nullopt;
    return std::get<std::uint64_t>(size.data);
}

Value registers_contents(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    return binding.evaluator.guarded(&block.contents_key, platform,
                                     fmt::format("the contents of {}", block.title()), block.place(),
                                     [&] { return encode(binding, block, platform); });
}

void check_registers(Binding& binding, const BoundBlock& block) {
    for (const PlatformIndex platform : binding.each(block.platforms))
        registers_contents(binding, block, platform);
}

std::optional<Value> Binding::block_bytes(const Block& tree, PlatformIndex platform, Span use) {
    const BoundBlock* block = bound(tree);
    if (block == nullptr || !block->row->is_bytes) return std::nullopt;
    if (!exists_on(*block, platform, use)) return Value{};
    return block->row->fields ? struct_contents(*this, *block, platform)
                              : registers_contents(*this, *block, platform);
}

std::optional<std::uint64_t> Binding::block_bytes_size(const BoundBlock& block, PlatformIndex platform) {
    return block.row->fields ? struct_size(*this, block, platform) : registers_size(*this, block, platform);
}

std::optional<Value> Binding::block_bytes_size(const Block& tree, PlatformIndex platform, Span use) {
    const BoundBlock* block = bound(tree);
    if (block == nullptr || !block->row->is_bytes) return std::nullopt;
    const auto size = exists_on(*block, platform, use) ? block_bytes_size(*block, platform) : std::nullopt;
    return size ? Value{*size, use} : Value{};
}

}  // namespace igvm::spec
