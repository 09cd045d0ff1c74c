// An open file of the C interface: one copy of its bytes, and buffers that are views into it.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "c/admit.hpp"
#include "igvm/igvm.h"

namespace igvm::c {

class File {
  public:
    /// igvm_get_buffer_size can tell no more.
    static constexpr std::size_t kMaxBufferSize = std::numeric_limits<std::int32_t>::max();

    /// What a buffer shows.
    enum class Part : std::uint32_t { kHeader, kData, kFixedHeader, kWhole };

    /// Takes the bytes and judges them by `admit`.
    static tl::expected<std::shared_ptr<File>, Refusal> open(std::vector<std::uint8_t> bytes);

    File(const File&) = delete;
    File& operator=(const File&) = delete;

    const Image& image() const { return image_; }

    /// The number of headers in a section, or nothing when there is no such section.
    std::optional<std::uint32_t> count(IgvmHeaderSection section) const;
    /// The header at `index` of a section, or nothing when there is none.
    std::optional<Header> header(IgvmHeaderSection section, std::uint32_t index) const;

    /// A handle to a part of the file; `header_index` is that of kHeader and kData. Costs one node of a hash
    /// table, whatever the size of the part.
    IgvmHandle add_buffer(Part part, std::uint32_t header_index = 0);
    /// The 8-aligned bytes of a live buffer, which stay where they are as long as the file.
    std::optional<Bytes> buffer(IgvmHandle handle) const;
    void remove_buffer(IgvmHandle handle);

  private:
    /// A buffer: what it shows, in four bytes. A file of 4 GiB has less than 2^29 headers.
    struct Buffer {
        std::uint32_t part : 2;
        std::uint32_t header_index : 30;
    };

    static constexpr std::size_t kAlignment = 8;
    static constexpr std::size_t kSections = 3;

    File(std::vector<std::uint8_t> bytes, Image image);
    void index_sections();
    void copy_headers();
    Bytes view(Buffer buffer) const;
    Bytes aligned(Bytes part) const;

    const std::vector<std::uint8_t> bytes_;
    const Image image_;
    std::array<std::uint32_t, kSections + 1> section_begin_{};  ///< header indices; the last is the end
    std::vector<std::uint8_t> headers_;                         ///< the variable headers as programs see them

    mutable std::mutex mutex_;  ///< guards what follows
    std::unordered_map<IgvmHandle, Buffer> buffers_;
    /// By an offset's remainder by 8: the file, moved so that data at such offsets is aligned; empty until
    /// needed. Files with data at odd places are rare, and a copy each of such data could be leaked.
    mutable std::array<std::vector<std::uint8_t>, kAlignment> moved_;
};

}  // namespace igvm::c
