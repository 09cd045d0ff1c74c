// A validated, zero-copy view of an IGVM file.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

#include "igvm/describe.hpp"
#include "igvm/format.hpp"
#include "igvm/result.hpp"
#include "igvm/wire.hpp"

namespace igvm {

/// One variable header, as it stands in the file. Borrowed from the Image's bytes.
struct Header {
    std::uint32_t index = 0;           ///< position among all variable headers
    std::uint64_t offset = 0;          ///< of the type field, in the file
    std::uint32_t raw_type = 0;        ///< with the optional bit
    Bytes body;                        ///< `length` bytes, no padding
    Bytes padding;                     ///< 0 to 7 bytes, as stored
    const HeaderInfo* info = nullptr;  ///< null for a type this library does not know

    bool optional() const { return (raw_type & kOptionalBit) != 0; }
    std::uint32_t type() const { return raw_type & ~kOptionalBit; }
    bool is(HeaderType wanted) const { return info != nullptr && info->type == wanted; }

    /// The body as a wire struct, or nothing when the header is of another type.
    template <Wire T>
    std::optional<T> as() const {
        return is(T::kType) ? read<T>(body, 0) : std::nullopt;
    }
    /// The body as a Parameter, or nothing when the header is none of the ten parameter headers.
    std::optional<Parameter> parameter() const {
        return info != nullptr && info->parameter_size != 0 ? read<Parameter>(body, 0) : std::nullopt;
    }
    /// The value of the field of `kind`, or nothing when the header has none.
    std::optional<std::uint64_t> value(FieldKind kind) const;
    /// File offset of the field of `kind`, or of the header when it has none: where a finding points.
    std::uint64_t offset_of(FieldKind kind) const;
};

/// A file whose fixed header, header bounds and header lengths are valid, so that every header can be read
/// without further checks. Everything else (`check.hpp`) is judged on this view.
class Image {
  public:
    /// Borrows `file`, which must outlive the Image.
    /// Errors, each with its byte offset: kFileTooSmall, kFileLimit, kFileMagic, kFileVersion,
    /// kFileHeaderOffset, kFileHeaderSize, kFileHeaderBounds (with padding) and kFileHeaderLength. Fewer than
    /// 8 bytes after the last header are not an error here (kFileTrailingHeaderBytes is the checker's).
    static Result<Image> open(Bytes file);

    Bytes bytes() const { return file_; }
    const FixedHeader& fixed_header() const { return fixed_; }
    /// Present in version 2 files.
    const std::optional<FixedHeaderV2Tail>& fixed_header_v2() const { return tail_; }
    Architecture architecture() const;
    std::uint64_t headers_begin() const { return fixed_.variable_header_offset; }
    /// File offset of the first byte after the variable headers: the data section.
    std::uint64_t data_begin() const { return headers_begin() + fixed_.variable_header_size; }

    std::uint32_t header_count() const { return static_cast<std::uint32_t>(offsets_.size()); }
    /// Precondition: index < header_count().
    Header header(std::uint32_t index) const;

    class Iterator;
    Iterator begin() const;
    Iterator end() const;

    /// `size` bytes of the data section at `file_offset`; the error (kFileDataOffset) points at
    /// `field_offset`, the place that named it.
    Result<Bytes> data(std::uint32_t file_offset, std::uint64_t size, std::uint64_t field_offset) const;
    /// The payload of a header: empty when its file_offset is 0 or it has none. PAGE_DATA 4 KiB or 2 MiB,
    /// PARAMETER_AREA its size, VP_CONTEXT 4 KiB (VBS: 4 + 32 × count), CoRIM its size.
    Result<Bytes> payload(const Header& header) const;

    /// The SUPPORTED_PLATFORM headers, in file order.
    const std::vector<SupportedPlatform>& platforms() const { return platforms_; }
    /// The type of the first platform one of whose mask bits is in `mask`.
    std::optional<PlatformType> platform_of(std::uint32_t mask) const;
    /// How a VP_CONTEXT with `mask` is encoded; kNone also where no known platform has a bit of the mask.
    ContextFormat context_format(std::uint32_t mask) const;

  private:
    static constexpr std::uint32_t kNoPlatform = UINT32_MAX;

    Result<void> index_headers();
    void index_platform(const SupportedPlatform& platform);

    Bytes file_;
    FixedHeader fixed_{};
    std::optional<FixedHeaderV2Tail> tail_;
    std::vector<std::uint32_t> offsets_;
    std::vector<SupportedPlatform> platforms_;
    std::array<std::uint32_t, 32> platform_by_bit_{};  ///< by mask bit, the first platform that has it
};

/// The checksum that belongs in the fixed header: the CRC-32 of it with checksum 0, then of the variable
/// headers. Errors: those of `Image::open` that concern the fixed header.
Result<std::uint32_t> header_checksum(Bytes file);

class Image::Iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    using pointer = const Header*;
    using reference = Header;

    Iterator() = default;
    Iterator(const Image* image, std::uint32_t index) : image_(image), index_(index) {}
    Header operator*() const { return image_->header(index_); }
    Iterator& operator++() {
        ++index_;
        return *this;
    }
    Iterator operator++(int) {
        Iterator old = *this;
        ++index_;
        return old;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

  private:
    const Image* image_ = nullptr;
    std::uint32_t index_ = 0;
};

inline Image::Iterator Image::begin() const { return {this, 0}; }
inline Image::Iterator Image::end() const { return {this, header_count()}; }

}  // namespace igvm
