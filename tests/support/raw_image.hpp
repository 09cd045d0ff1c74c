// Builds IGVM files byte by byte, wrong ones too: the product's writer cannot.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "igvm/format.hpp"

namespace igvm::test {

using Buffer = std::vector<std::uint8_t>;

/// Overwrites `file[offset, offset + sizeof(T))`.
template <Wire T>
void poke(Buffer& file, std::uint64_t offset, const T& value) {
    std::memcpy(file.data() + offset, &value, sizeof(T));
}

/// Makes the checksum fit the headers of a file whose variable headers lie inside it.
inline void seal(Buffer& file) {
    poke(file, 20, U32{0});
    const auto fixed = *read<FixedHeader>(file, 0);
    const uInt fixed_size = fixed.format_version == 2u ? 32 : 24;
    uLong crc = crc32(0, file.data(), fixed_size);
    crc = crc32(crc, file.data() + fixed.variable_header_offset, fixed.variable_header_size);
    poke(file, 20, U32{static_cast<std::uint32_t>(crc)});
}

class RawImage {
  public:
    /// Payloads begin at `data_at`, which must lie behind the last header.
    explicit RawImage(std::uint32_t version = 1, Architecture architecture = Architecture::kX64,
                      std::uint32_t data_at = 0x1000)
        : version_(version), architecture_(static_cast<std::uint32_t>(architecture)), data_at_(data_at) {}

    std::uint32_t fixed_size() const { return version_ == 2 ? 32 : 24; }

    /// Appends a header; returns the file offset of its body.
    std::uint64_t add(std::uint32_t type, Bytes body) {
        append(bytes_of(VariableHeader{type, static_cast<std::uint32_t>(body.size())}));
        const std::uint64_t at = fixed_size() + headers_.size();
        append(body);
        headers_.resize(*align_up(headers_.size(), 8));
        return at;
    }
    template <Wire T>
    std::uint64_t add(HeaderType type, const T& body) {
        return add(static_cast<std::uint32_t>(type), bytes_of(body));
    }
    template <Wire T>
    std::uint64_t add(const T& body) {
        return add(T::kType, body);
    }

    /// Appends bytes that are no header.
    std::uint64_t add_stray_bytes(std::size_t count) {
        headers_.resize(headers_.size() + count);
        return fixed_size() + headers_.size() - count;
    }

    /// Appends to the data section; returns the file offset.
    std::uint32_t payload(Bytes bytes) {
        const std::size_t at = data_.size();
        data_.insert(data_.end(), bytes.begin(), bytes.end());
        return data_at_ + static_cast<std::uint32_t>(at);
    }

    Buffer build() const {
        const auto size = static_cast<std::uint32_t>(headers_.size());
        Buffer file(fixed_size());
        file.insert(file.end(), headers_.begin(), headers_.end());
        if (!data_.empty()) file.resize(data_at_);
        file.insert(file.end(), data_.begin(), data_.end());
        poke(file, 0,
             FixedHeader{kMagic, version_, fixed_size(), size, static_cast<std::uint32_t>(file.size()), 0});
        if (version_ == 2)
            poke(file, 24, FixedHeaderV2Tail{architecture_, static_cast<std::uint32_t>(kPageSize)});
        seal(file);
        return file;
    }

  private:
    void append(Bytes bytes) { headers_.insert(headers_.end(), bytes.begin(), bytes.end()); }

    std::uint32_t version_;
    std::uint32_t architecture_;
    std::uint32_t data_at_;
    Buffer headers_;
    Buffer data_;
};

inline SupportedPlatform platform(PlatformType type, std::uint32_t mask = 1) {
    return {mask, 0, static_cast<std::uint8_t>(type), 1, 0};
}

/// A version 1 file of one platform with mask 1, so far without directives.
inline RawImage image_for(PlatformType type) {
    RawImage image;
    image.add(platform(type));
    return image;
}

/// A zero page that is loaded at `gpa`.
inline PageData page(std::uint64_t gpa, std::uint32_t mask = 1, std::uint32_t file_offset = 0) {
    return {gpa, mask, file_offset, 0, 0, 0};
}

}  // namespace igvm::test
