// Little-endian integers of alignment one, and reads that cannot leave their buffer.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace igvm {

using Bytes = std::span<const std::uint8_t>;

/// An integer stored as little-endian bytes: `sizeof(Le<T>) == sizeof(T)`, alignment 1, any host.
template <std::unsigned_integral T>
class Le {
  public:
    constexpr Le() = default;
    constexpr Le(T value) { set(value); }

    constexpr operator T() const {
        T value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            value |= static_cast<T>(static_cast<T>(bytes_[i]) << (8 * i));
        return value;
    }
    constexpr Le& operator=(T value) {
        set(value);
        return *this;
    }
    friend constexpr bool operator==(const Le&, const Le&) = default;
    friend constexpr bool operator==(const Le& a, T b) { return static_cast<T>(a) == b; }

  private:
    constexpr void set(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i) bytes_[i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    std::array<std::uint8_t, sizeof(T)> bytes_{};
};

using U8 = Le<std::uint8_t>;
using U16 = Le<std::uint16_t>;
using U32 = Le<std::uint32_t>;
using U64 = Le<std::uint64_t>;

static_assert(sizeof(U64) == 8 && alignof(U64) == 1);

/// A struct that may be copied to and from a file: only `Le` integers and byte arrays inside.
template <class T>
concept Wire = std::is_trivially_copyable_v<T> && alignof(T) == 1;

/// `bytes[offset, offset + size)`, or nothing when any part lies outside. Overflow-safe.
constexpr std::optional<Bytes> slice(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
    if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
    return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

/// A copy of the T at `offset`, or nothing when it does not fit.
template <Wire T>
std::optional<T> read(Bytes bytes, std::uint64_t offset) {
    const auto part = slice(bytes, offset, sizeof(T));
    if (!part) return std::nullopt;
    T value;
    std::memcpy(&value, part->data(), sizeof(T));
    return value;
}

/// The bytes of a wire struct.
template <Wire T>
Bytes bytes_of(const T& value) {
    return {reinterpret_cast<const std::uint8_t*>(&value), sizeof(T)};
}

/// `value` rounded up to a multiple of the power of two `alignment`, or nothing on overflow.
constexpr std::optional<std::uint64_t> align_up(std::uint64_t value, std::uint64_t alignment) {
    const std::uint64_t mask = alignment - 1;
    if (value > UINT64_MAX - mask) return std::nullopt;
    return (value + mask) & ~mask;
}

}  // namespace igvm
