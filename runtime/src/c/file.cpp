#include "c/file.hpp"

#include <algorithm>
#include <cstddef>

#include "c/handles.hpp"

namespace igvm::c {
namespace {

void clear_undefined_flags(std::span<std::uint8_t> flags, const FieldInfo& field) {
    std::uint64_t defined = 0;
    for (const NamedValue& flag : field.names) defined |= flag.value;
    for (std::size_t i = 0; i < flags.size(); ++i) flags[i] &= static_cast<std::uint8_t>(defined >> (8 * i));
}

/// Clears what a program does not see of a header; `body` is a copy of the header's.
void clear_hidden_fields(const Image& image, const Header& header, std::span<std::uint8_t> body) {
    const auto context = header.as<VpContext>();
    // Only a save area says where it lies; libigvm 0.4 drops the address of other contexts.
    const bool hides_gpa =
        context && image.context_format(context->compatibility_mask) != ContextFormat::kVmsa;
    for (const FieldInfo& field : header.info->fields) {
        const auto place = body.subspan(field.offset, field.width);
        const bool hidden = field.kind == FieldKind::kFileOffset || field.kind == FieldKind::kReserved ||
                            (field.kind == FieldKind::kGpa && hides_gpa);
        if (hidden) std::ranges::fill(place, std::uint8_t{0});
        if (field.kind == FieldKind::kFlags) clear_undefined_flags(place, field);
    }
}

}  // namespace

tl::expected<std::shared_ptr<File>, Refusal> File::open(std::vector<std::uint8_t> bytes) {
    // The view borrows the vector's storage, which moves with the vector.
    return admit(bytes).map(
        [&](Image image) { return std::shared_ptr<File>(new File(std::move(bytes), std::move(image))); });
}

File::File(std::vector<std::uint8_t> bytes, Image image)
    : bytes_(std::move(bytes)), image_(std::move(image)) {
    index_sections();
    copy_headers();
}

void File::index_sections() {
    for (const Header header : image_) {
        const auto section = static_cast<std::size_t>(header.info->section);
        std::fill(section_begin_.begin() + static_cast<std::ptrdiff_t>(section) + 1, section_begin_.end(),
                  header.index + 1);
    }
}

void File::copy_headers() {
    const auto begin = static_cast<std::ptrdiff_t>(image_.headers_begin());
    headers_.assign(bytes_.begin() + begin,
                    bytes_.begin() + static_cast<std::ptrdiff_t>(image_.data_begin()));
    for (const Header header : image_) {
        const std::size_t body = header.offset - image_.headers_begin() + sizeof(VariableHeader);
        const std::span<std::uint8_t> copy(headers_.data() + body,
                                           header.body.size() + header.padding.size());
        clear_hidden_fields(image_, header, copy.first(header.body.size()));
        std::ranges::fill(copy.last(header.padding.size()), std::uint8_t{0});
    }
}

std::optional<std::uint32_t> File::count(IgvmHeaderSection section) const {
    if (section >= kSections) return std::nullopt;
    return section_begin_[section + 1] - section_begin_[section];
}

std::optional<Header> File::header(IgvmHeaderSection section, std::uint32_t index) const {
    if (index >= count(section).value_or(0)) return std::nullopt;
    return image_.header(section_begin_[section] + index);
}

IgvmHandle File::add_buffer(Part part, std::uint32_t header_index) {
    const Buffer buffer{static_cast<std::uint32_t>(part) & 3u, header_index & ((1u << 30) - 1)};
    const std::scoped_lock lock(mutex_);
    IgvmHandle handle = next_handle();
    while (!buffers_.try_emplace(handle, buffer).second) handle = next_handle();
    return handle;
}

std::optional<Bytes> File::buffer(IgvmHandle handle) const {
    const std::scoped_lock lock(mutex_);
    const auto found = buffers_.find(handle);
    if (found == buffers_.end()) return std::nullopt;
    return view(found->second);
}

void File::remove_buffer(IgvmHandle handle) {
    const std::scoped_lock lock(mutex_);
    buffers_.erase(handle);
}

Bytes File::view(Buffer buffer) const {
    const auto part = static_cast<Part>(buffer.part);
    if (part == Part::kWhole) return bytes_;
    if (part == Part::kFixedHeader)
        return Bytes(bytes_).first(sizeof(FixedHeader) +
                                   (image_.fixed_header_v2() ? sizeof(FixedHeaderV2Tail) : 0));
    const Header header = image_.header(buffer.header_index);
    if (part == Part::kData) return aligned(*image_.payload(header));
    return Bytes(headers_).subspan(header.offset - image_.headers_begin(),
                                   sizeof(VariableHeader) + header.body.size() + header.padding.size());
}

Bytes File::aligned(Bytes part) const {
    const auto offset = static_cast<std::size_t>(part.data() - bytes_.data());
    const std::size_t remainder = offset % kAlignment;
    if (remainder == 0) return part;
    std::vector<std::uint8_t>& moved = moved_[remainder];
    const std::size_t shift = kAlignment - remainder;
    if (moved.empty()) {
        moved.reserve(shift + bytes_.size());
        moved.resize(shift);
        moved.insert(moved.end(), bytes_.begin(), bytes_.end());
    }
    return Bytes(moved).subspan(shift + offset, part.size());
}

}  // namespace igvm::c
