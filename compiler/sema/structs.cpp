#include "sema/structs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "inputs/guid.hpp"
#include "sema/allowance.hpp"

namespace igvm::spec {
namespace {

using schema::FieldType;

std::string what(const BoundField& field) {
    return field.name != nullptr ? fmt::format("field '{}'", field.name->text)
                                 : std::string(field.row->type_name);
}

/// The layout and the contents of one struct on one platform.
class Layouter {
  public:
    Layouter(Binding& binding, const BoundBlock& block, PlatformIndex platform)
        : binding_(binding), block_(block), platform_(platform) {}

    /// Places every field; the size of the whole.
    std::optional<std::uint64_t> place(StructLayout& layout);
    Value fill(const StructLayout& layout);
    /// Reports what is wrong with a field by itself.
    void check(const BoundField& field);

  private:
    std::optional<std::uint64_t> size_of(const BoundField& field, std::uint64_t offset);
    std::optional<std::uint64_t> padding(const BoundField& field, std::uint64_t offset);
    std::optional<std::string> text(const BoundField& field);
    bool write(const BoundField& field, std::span<std::uint8_t> out);
    bool write_guid(const BoundField& field, std::span<std::uint8_t> out);
    void error(Code code, const BoundField& field, std::string message, std::string help = {}) {
        binding_.error(code, field.value->span, std::move(message), std::move(help));
    }

    Binding& binding_;
    const BoundBlock& block_;
    PlatformIndex platform_;
};

std::optional<std::uint64_t> Layouter::padding(const BoundField& field, std::uint64_t offset) {
    const auto alignment = binding_.evaluator.integer(*field.value, platform_, "align", kMaxValueBytes);
    if (!alignment) return std::nullopt;
    if (!std::has_single_bit(*alignment)) {
        error(Code::kAlignment, field,
              fmt::format("alignment {} is not a power of two",
                          binding_.evaluator.shown(*alignment, *field.value)));
        return std::nullopt;
    }
    return (*alignment - offset % *alignment) % *alignment;
}

std::optional<std::string> Layouter::text(const BoundField& field) {
    auto text = binding_.evaluator.text(*field.value, platform_, what(field));
    if (!text || text->find('\0') == std::string::npos) return text;
    error(Code::kWrongArgument, field, "the string holds a zero byte, which would end it early");
    return std::nullopt;
}

std::optional<std::uint64_t> Layouter::size_of(const BoundField& field, std::uint64_t offset) {
    switch (field.row->type) {
        case FieldType::kBytes:
            return binding_.evaluator.size_of(*field.value, platform_, what(field));
        case FieldType::kString: {
            const auto value = text(field);
            return value ? std::optional<std::uint64_t>(value->size() + 1) : std::nullopt;
        }
        case FieldType::kAlign:
            return padding(field, offset);
        case FieldType::kPad:
            return binding_.evaluator.integer(*field.value, platform_, "pad", kMaxValueBytes);
        case FieldType::kInteger:
        case FieldType::kGuid:
            break;
    }
    return field.row->width;
}

std::optional<std::uint64_t> Layouter::place(StructLayout& layout) {
    if (block_.incomplete) return std::nullopt;
    std::uint64_t offset = 0;
    for (const BoundField& field : block_.fields) {
        if (!contains(field.platforms, platform_)) continue;
        const auto size = size_of(field, offset);
        if (!size) return std::nullopt;
        if (*size > kMaxValueBytes - offset) {
            error(Code::kSize, field,
                  fmt::format("{} is larger than {} bytes with this field", block_.title(), kMaxValueBytes));
            return std::nullopt;
        }
        layout.fields.push_back({&field, offset, *size});
        if (field.name != nullptr) layout.offsets.emplace(field.name->text, offset);
        offset += *size;
    }
    return offset;
}

bool Layouter::write_guid(const BoundField& field, std::span<std::uint8_t> out) {
    const auto text = binding_.evaluator.text(*field.value, platform_, what(field));
    if (!text) return false;
    const auto guid = parse_guid(*text);
    if (guid) {
        std::ranges::copy(*guid, out.begin());
    } else {
        error(Code::kWrongArgument, field, "the string is not a GUID",
              "a GUID looks like 96b582de-1fb2-45f7-baea-a366c55a082d");
    }
    return guid.has_value();
}

bool Layouter::write(const BoundField& field, std::span<std::uint8_t> out) {
    switch (field.row->type) {
        case FieldType::kInteger: {
            const std::uint64_t max = UINT64_MAX >> (64 - 8 * out.size());
            const auto value = binding_.evaluator.integer(*field.value, platform_, what(field), max);
            for (std::size_t i = 0; value && i < out.size(); ++i)
                out[i] = static_cast<std::uint8_t>(*value >> (8 * i));
            return value.has_value();
        }
        case FieldType::kGuid:
            return write_guid(field, out);
        case FieldType::kBytes: {
            const auto value = binding_.evaluator.bytes(*field.value, platform_, what(field));
            if (value)
                std::ranges::copy(value->bytes.first(std::min(value->bytes.size(), out.size())), out.begin());
            return value.has_value();
        }
        case FieldType::kString: {
            const auto value = text(field);
            if (value) std::ranges::copy(*value, out.begin());
            return value.has_value();
        }
        case FieldType::kAlign:
        case FieldType::kPad:
            break;
    }
    return true;
}

Value Layouter::fill(const StructLayout& layout) {
    const std::uint64_t size =
        layout.fields.empty() ? 0 : layout.fields.back().offset + layout.fields.back().size;
    if (!binding_.evaluator.take_memory(size, block_.place())) return {};
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(size);
    bool good = true;
    for (const StructLayout::Place& place : layout.fields)
        good &= write(*place.field, std::span(*bytes).subspan(place.offset, place.size));
    if (!good) return {};
    const Bytes view(*bytes);
    return {model::Blob{std::move(bytes), view}, block_.place()};
}

void Layouter::check(const BoundField& field) {
    const auto size = size_of(field, 0);
    if (!size || *size > kMaxValueBytes || !binding_.evaluator.take_memory(*size, field.value->span)) return;
    std::vector<std::uint8_t> scratch(*size);
    write(field, scratch);
}

/// The layout, which is there once the size is.
const StructLayout* layout_of(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    if (!struct_size(binding, block, platform)) return nullptr;
    return &binding.struct_layouts[{&block, platform}];
}

}  // namespace

std::optional<std::uint64_t> struct_size(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const Value size =
        binding.evaluator.guarded(&block.size_key, platform, fmt::format("the size of {}", block.title()),
                                  block.place(), [&]() -> Value {
                                      StructLayout layout;
                                      const auto bytes = Layouter(binding, block, platform).place(layout);
                                      if (!bytes) return {};
                                      binding.struct_layouts[{&block, platform}] = std::move(layout);
                                      return {*bytes, block.place()};
                                  });
    if (size.poisoned()) return std::nullopt;
    return std::get<std::uint64_t>(size.data);
}

Value struct_contents(Binding& binding, const BoundBlock& block, PlatformIndex platform) {
    const StructLayout* layout = layout_of(binding, block, platform);
    if (layout == nullptr) return {};
    return binding.evaluator.guarded(&block.contents_key, platform,
                                     fmt::format("the contents of {}", block.title()), block.place(),
                                     [&] { return Layouter(binding, block, platform).fill(*layout); });
}

Value field_offset(Binding& binding, const BoundBlock& block, const Name& field, std::string_view index,
                   PlatformIndex platform) {
    const StructLayout* layout = layout_of(binding, block, platform);
    if (layout == nullptr) return {};
    const Expansions& expansions = binding.diagnostics.expansions;
    std::string_view inside = index;
    if (index.empty()) {  // without an index, the field of the iteration at hand
        const std::string_view outside = expansions[block.tree->span.expansion].index;
        inside = expansions[field.span.expansion].index;
        inside.remove_prefix(inside.starts_with(outside) ? outside.size() : inside.size());
    }
    for (;; inside = inside.substr(0, inside.rfind('['))) {
        const auto found = layout->offsets.find(fmt::format("{}{}", field.text, inside));
        if (found != layout->offsets.end()) return {found->second, field.span};
        if (inside.empty() || !index.empty()) break;
    }
    std::vector<std::string_view> names;
    for (const auto& [name, offset] : layout->offsets) names.push_back(name);
    binding.error(Code::kUnknownProperty, field.span,
                  fmt::format("{} has no field '{}{}' on {}", block.title(), field.text, index,
                              binding.platform_name(platform)),
                  did_you_mean(field.text, names));
    return {};
}

std::optional<Value> Binding::field_offset(const Block& tree, const Name& field, std::string_view index,
                                           PlatformIndex platform) {
    const BoundBlock* block = bound(tree);
    if (block == nullptr || !block->row->fields) return std::nullopt;
    return exists_on(*block, platform, field.span) ? spec::field_offset(*this, *block, field, index, platform)
                                                   : Value{};
}

void check_struct(Binding& binding, const BoundBlock& block) {
    for (const PlatformIndex platform : binding.each(block.platforms)) {
        if (!struct_contents(binding, block, platform).poisoned()) continue;
        for (const BoundField& field : block.fields)
            if (contains(field.platforms, platform)) Layouter(binding, block, platform).check(field);
    }
}

}  // namespace igvm::spec
