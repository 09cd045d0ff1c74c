// Builds IGVM files: headers in the order given, payloads once each.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "igvm/describe.hpp"
#include "igvm/format.hpp"
#include "igvm/result.hpp"
#include "igvm/wire.hpp"

namespace igvm {

struct WriterOptions {
    std::uint32_t version = 1;                       ///< 1 or 2
    Architecture architecture = Architecture::kX64;  ///< version 2 only
    std::uint32_t page_size = kPageSize;             ///< version 2 only
    bool share_payloads = true;      ///< equal payloads are stored once, at the first one's place
    std::uint32_t payload_unit = 1;  ///< payloads are filled with zeros to a multiple of it
    std::uint8_t padding = 0;        ///< byte between a body and its multiple of 8
    Bytes gap = {};                  ///< between the fixed header and the others, a multiple of 8; borrowed
};

/// A header that may say what otherwise follows from its type and the options.
struct GivenHeader {
    std::uint32_t raw_type = 0;  ///< may carry the optional bit
    Bytes body;
    std::optional<Bytes> payload = std::nullopt;  ///< nothing: the file_offset field stays as in `body`
    std::optional<Bytes> padding = std::nullopt;  ///< what fills the body to 8; nothing: the options' byte
};

/// What a stretch of the written file means.
struct MapEntry {
    std::uint64_t offset;
    std::uint64_t length;
    std::string meaning;  ///< e.g. "region secrets"
};

struct WrittenFile {
    std::vector<std::uint8_t> bytes;
    std::vector<MapEntry>
        map;  ///< ascending; headers, then payloads (a shared payload carries its first user's meaning)
};

/// Appends variable headers, keeps order, and lays out payloads in first-seen order right after the headers.
/// Offsets, sizes and the checksum are filled in by `finish`.
class Writer {
  public:
    explicit Writer(WriterOptions options = {});
    ~Writer();
    Writer(Writer&&) noexcept;
    Writer& operator=(Writer&&) noexcept;

    /// `raw_type` may carry the optional bit. The type's file_offset field, if any, is overwritten: the
    /// payload's place, or 0 when `payload` is empty. `payload` is borrowed until `finish`. Errors:
    /// kInternal for a payload of a type without such a field and for a body that has not the length of its
    /// known type; kFileLimit for a body past 4 GiB - 1.
    Result<void> append(std::uint32_t raw_type, Bytes body, Bytes payload, std::string_view meaning);

    /// What the data section begins with; borrowed until `finish`. Comes before the first payload. A payload
    /// that is a part of these very bytes is not stored again.
    void lead_with(Bytes data);

    /// Errors: as of append, and kInternal for padding of another length than the body needs.
    Result<void> append(const GivenHeader& header, std::string_view meaning);

    template <Wire T>
    Result<void> append(const T& header, Bytes payload, std::string_view meaning) {
        return append(static_cast<std::uint32_t>(T::kType), bytes_of(header), payload, meaning);
    }

    /// The whole file. Error: kFileLimit past 4 GiB - 1.
    Result<WrittenFile> finish() &&;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace igvm
