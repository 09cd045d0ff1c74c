#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "inputs/guid.hpp"
#include "inputs/hex.hpp"
#include "sema/functions.hpp"

namespace igvm::spec {
namespace {

using Size = std::optional<std::uint64_t>;

template <std::uint64_t kSize>
Size fixed(Call&) {
    return kSize;
}

template <unsigned kWidth, bool kBig>
Value number(Call& call) {
    const auto value = call.integer(0, UINT64_MAX >> (64 - 8 * kWidth));
    auto out = call.buffer(kWidth);
    if (!value || !out) return {};
    for (unsigned i = 0; i < kWidth; ++i)
        (*out)[kBig ? kWidth - 1 - i : i] = static_cast<std::uint8_t>(*value >> (8 * i));
    return Call::result(*std::move(out));
}

Value cstr(Call& call) {
    const auto text = call.text(0);
    if (!text) return {};
    if (text->find('\0') != std::string::npos)
        return call.fail(0, Code::kWrongArgument, "the string holds a zero byte, which would end it early");
    auto out = call.buffer(text->size() + 1);
    if (!out) return {};
    std::ranges::copy(*text, out->begin());
    return Call::result(*std::move(out));
}

Size cstr_size(Call& call) {
    const auto text = call.text(0);
    if (!text) return std::nullopt;
    return text->size() + 1;
}

Value ascii(Call& call) {
    const auto text = call.text(0);
    if (!text) return {};
    if (std::ranges::any_of(*text, [](char c) { return static_cast<unsigned char>(c) > 0x7f; }))
        return call.fail(0, Code::kWrongArgument, "the string holds characters that are not ASCII");
    auto out = call.buffer(text->size());
    if (!out) return {};
    std::ranges::copy(*text, out->begin());
    return Call::result(*std::move(out));
}

Size ascii_size(Call& call) {
    const auto text = call.text(0);
    return text ? Size(text->size()) : std::nullopt;
}

Value hex(Call& call) {
    const auto text = call.text(0);
    if (!text || !call.take_memory(text->size() / 2)) return {};
    auto parsed = parse_hex(*text);
    if (!parsed) return call.fail(0, Code::kWrongArgument, std::move(parsed.error()));
    return Call::result(*std::move(parsed));
}

Size hex_size(Call& call) {
    const auto text = call.text(0);
    if (!text) return std::nullopt;
    return text->size() / 2;
}

Size concat_size(Call& call) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < call.count(); ++i) {
        const auto size = call.size(i);
        if (!size) return std::nullopt;
        if (__builtin_add_overflow(total, *size, &total)) {
            call.fail(i, Code::kOverflow, "the joined size does not fit in 64 bits");
            return std::nullopt;
        }
    }
    return total;
}

Value concat(Call& call) {
    std::vector<model::Blob> parts;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < call.count(); ++i) {
        auto part = call.bytes(i);
        if (!part) return {};
        total += part->bytes.size();
        parts.push_back(*std::move(part));
    }
    auto out = call.buffer(total);
    if (!out) return {};
    auto end = out->begin();
    for (const auto& part : parts) end = std::ranges::copy(part.bytes, end).out;
    return Call::result(*std::move(out));
}

Value slice(Call& call) {
    auto data = call.bytes(0);
    const auto offset = call.integer(1);
    const auto size = call.integer(2);
    if (!data || !offset || !size) return {};
    const auto part = igvm::slice(data->bytes, *offset, *size);
    if (!part) return call.fail_outside(*offset, *size, data->bytes.size());
    data->bytes = *part;
    return {*std::move(data), {}};
}

Size slice_size(Call& call) { return call.integer(2); }

Value patch(Call& call) {
    const auto data = call.bytes(0);
    const auto offset = call.integer(1);
    const auto with = call.bytes(2);
    if (!data || !offset || !with) return {};
    if (!igvm::slice(data->bytes, *offset, with->bytes.size()))
        return call.fail_outside(*offset, with->bytes.size(), data->bytes.size());
    auto out = call.buffer(data->bytes.size());
    if (!out) return {};
    std::ranges::copy(data->bytes, out->begin());
    std::ranges::copy(with->bytes, out->begin() + static_cast<std::ptrdiff_t>(*offset));
    return Call::result(*std::move(out));
}

Size first_size(Call& call) { return call.size(0); }

Value pad(Call& call) {
    const auto data = call.bytes(0);
    const auto size = call.integer(1);
    const auto fill = call.has(2) ? call.integer(2, UINT8_MAX) : 0;
    if (!data || !size || !fill) return {};
    if (data->bytes.size() > *size)
        return call.fail(0, Code::kOutOfRange,
                         fmt::format("data of {:#x} bytes is larger than the {:#x} bytes it is padded to",
                                     data->bytes.size(), *size));
    auto out = call.buffer(*size);
    if (!out) return {};
    const auto rest = std::ranges::copy(data->bytes, out->begin()).out;
    std::fill(rest, out->end(), static_cast<std::uint8_t>(*fill));
    return Call::result(*std::move(out));
}

Size pad_size(Call& call) { return call.integer(1); }

/// The size of `count` times `size` bytes.
Size repeated(Call& call, std::uint64_t size) {
    const auto count = call.integer(1);
    std::uint64_t total = 0;
    if (!count) return std::nullopt;
    if (!__builtin_mul_overflow(size, *count, &total)) return total;
    call.fail(Code::kOverflow, fmt::format("{} times {} bytes does not fit in 64 bits", *count, size));
    return std::nullopt;
}

Size repeat_size(Call& call) {
    const auto size = call.size(0);
    return size ? repeated(call, *size) : std::nullopt;
}

Value repeat(Call& call) {
    const auto data = call.bytes(0);
    if (!data) return {};
    const auto total = repeated(call, data->bytes.size());
    if (!total) return {};
    auto out = call.buffer(*total);
    if (!out) return {};
    for (auto end = out->begin(); end != out->end();) end = std::ranges::copy(data->bytes, end).out;
    return Call::result(*std::move(out));
}

Value guid(Call& call) {
    const auto text = call.text(0);
    if (!text) return {};
    const auto parsed = parse_guid(*text);
    if (!parsed)
        return call.fail(0, Code::kWrongArgument, "the string is not a GUID",
                         "a GUID looks like 96b582de-1fb2-45f7-baea-a366c55a082d");
    auto out = call.buffer(parsed->size());
    if (!out) return {};
    std::ranges::copy(*parsed, out->begin());
    return Call::result(*std::move(out));
}

template <const EVP_MD* (*kAlgorithm)()>
Value digest(Call& call) {
    const auto data = call.bytes(0);
    if (!data || !call.take_reading(data->bytes.size())) return {};
    auto out = call.buffer(static_cast<std::uint64_t>(EVP_MD_get_size(kAlgorithm())));
    if (!out) return {};
    if (EVP_Digest(data->bytes.data(), data->bytes.size(), out->data(), nullptr, kAlgorithm(), nullptr) != 1)
        return call.fail(Code::kInputMalformed, "the cryptographic library refused to hash");
    return Call::result(*std::move(out));
}

constexpr Parameter kData = {"data"};
constexpr Parameter kText = {"text"};
constexpr Parameter kValue = {"value"};
constexpr Parameter kOffset = {"offset"};
constexpr Parameter kSize = {"size"};

constexpr auto kFunctions = std::to_array<Function>({
    {"cstr", {kText}, false, "bytes", cstr, cstr_size, "the bytes of a string and a zero byte"},
    {"ascii",
     {kText},
     false,
     "bytes",
     ascii,
     ascii_size,
     "the bytes of a string without a zero byte: signatures of tables"},
    {"hex", {kText}, false, "bytes", hex, hex_size, "the bytes that a string of hexadecimal digits spells"},
    {"le8", {kValue}, false, "bytes", number<1, false>, fixed<1>, "one byte"},
    {"le16", {kValue}, false, "bytes", number<2, false>, fixed<2>, "two bytes, little-endian"},
    {"le32", {kValue}, false, "bytes", number<4, false>, fixed<4>, "four bytes, little-endian"},
    {"le64", {kValue}, false, "bytes", number<8, false>, fixed<8>, "eight bytes, little-endian"},
    {"be16", {kValue}, false, "bytes", number<2, true>, fixed<2>, "two bytes, big-endian"},
    {"be32", {kValue}, false, "bytes", number<4, true>, fixed<4>, "four bytes, big-endian"},
    {"be64", {kValue}, false, "bytes", number<8, true>, fixed<8>, "eight bytes, big-endian"},
    {"concat", {kData}, true, "bytes", concat, concat_size, "its arguments one after the other"},
    {"slice", {kData, kOffset, kSize}, false, "bytes", slice, slice_size, "`size` bytes from `offset` on"},
    {"patch",
     {kData, kOffset, {"with"}},
     false,
     "bytes",
     patch,
     first_size,
     "the data with the bytes at `offset` replaced"},
    {"pad",
     {kData, kSize, {"fill", true}},
     false,
     "bytes",
     pad,
     pad_size,
     "the data and then `fill` bytes (default 0), `size` bytes in all"},
    {"repeat", {kData, {"count"}}, false, "bytes", repeat, repeat_size, "the data `count` times"},
    {"guid", {kText}, false, "bytes", guid, fixed<16>, "a GUID as firmware stores it, 16 bytes"},
    {"sha256", {kData}, false, "bytes", digest<EVP_sha256>, fixed<32>, "the SHA-256 digest, 32 bytes"},
    {"sha384", {kData}, false, "bytes", digest<EVP_sha384>, fixed<48>, "the SHA-384 digest, 48 bytes"},
});

}  // namespace

std::span<const Function> byte_functions() { return kFunctions; }

}  // namespace igvm::spec
