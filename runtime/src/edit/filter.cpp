#include <algorithm>
#include <cstddef>

#include "edit/requirements.hpp"
#include "edit/selection.hpp"
#include "edit/stored_data.hpp"
#include "igvm/edit.hpp"

namespace igvm {
namespace {

template <Wire T>
void put(std::vector<std::uint8_t>& file, std::size_t offset, const T& value) {
    std::ranges::copy(bytes_of(value), file.begin() + static_cast<std::ptrdiff_t>(offset));
}

void put_field(std::vector<std::uint8_t>& file, std::size_t header, const FieldInfo* field, U32 value) {
    if (field != nullptr) put(file, header + sizeof(VariableHeader) + field->offset, value);
}

/// The filtered file, written from front to back.
class Filtered {
  public:
    Filtered(const Image& image, const edit::Selection& selection)
        : image_(image), selection_(selection), data_(image) {
        const Bytes before = image.bytes().first(static_cast<std::size_t>(image.headers_begin()));
        file_.assign(before.begin(), before.end());
    }

    Result<std::vector<std::uint8_t>> write() && {
        for (const Header& header : image_)
            if (selection_.keeps(header))
                if (auto added = add(header); !added) return tl::unexpected(std::move(added.error()));
        const std::vector<std::uint8_t> data = data_.kept_bytes();
        move_offsets();
        finish(data);
        return std::move(file_);
    }

  private:
    struct OffsetField {
        std::size_t position;
        std::uint32_t old_value;
    };

    Result<void> add(const Header& header) {
        const auto payload = image_.payload(header);
        if (!payload) return tl::unexpected(payload.error());
        data_.keep(*payload);
        const std::size_t begin = file_.size();
        const Bytes stored =
            image_.bytes().subspan(static_cast<std::size_t>(header.offset),
                                   sizeof(VariableHeader) + header.body.size() + header.padding.size());
        file_.insert(file_.end(), stored.begin(), stored.end());
        if (header.info == nullptr) return {};
        put_field(file_, begin, header.info->field(FieldKind::kMask), selection_.mask(header));
        const auto old_offset = static_cast<std::uint32_t>(header.value(FieldKind::kFileOffset).value_or(0));
        if (old_offset != 0)
            offsets_.push_back(
                {begin + sizeof(VariableHeader) + header.info->field(FieldKind::kFileOffset)->offset,
                 old_offset});
        return {};
    }

    void move_offsets() {
        for (const OffsetField& field : offsets_)
            put(file_, field.position,
                U32{static_cast<std::uint32_t>(file_.size() + data_.moved(field.old_value))});
    }

    void finish(const std::vector<std::uint8_t>& data) {
        FixedHeader fixed = image_.fixed_header();
        fixed.variable_header_size = static_cast<std::uint32_t>(file_.size() - image_.headers_begin());
        fixed.total_file_size = static_cast<std::uint32_t>(file_.size() + data.size());
        put(file_, 0, fixed);
        put(file_, offsetof(FixedHeader, checksum), U32{*header_checksum(file_)});
        file_.insert(file_.end(), data.begin(), data.end());
    }

    const Image& image_;
    const edit::Selection& selection_;
    edit::StoredData data_;
    std::vector<OffsetField> offsets_;
    std::vector<std::uint8_t> file_;
};

}  // namespace

Result<std::vector<std::uint8_t>> filter(const Image& image, std::span<const PlatformType> platforms) {
    if (auto obeys = edit::require_chapters(image, "F"); !obeys)
        return tl::unexpected(std::move(obeys.error()));
    const auto selection = edit::Selection::of(image, platforms);
    if (!selection) return tl::unexpected(selection.error());
    return Filtered(image, *selection).write();
}

}  // namespace igvm
