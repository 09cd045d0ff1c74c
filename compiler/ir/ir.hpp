// The IR: the variable headers of the file, in order, with their payloads and where they come from.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "igvm/format.hpp"
#include "model/model.hpp"

namespace igvm::spec::ir {

/// The item of a platform header or its policy.
inline constexpr std::uint32_t kNoItem = UINT32_MAX;

struct Directive {
    HeaderType type;
    std::vector<std::uint8_t> body;               ///< the wire struct
    Bytes payload;                                ///< borrowed from the model or from Program::storage
    std::uint32_t item = kNoItem;                 ///< index in model::Image::items
    bool optional = false;                        ///< a loader may ignore it
    bool has_own_offset = false;                  ///< the file_offset field of `body` stays as it is
    std::optional<Bytes> padding = std::nullopt;  ///< of this header alone
};

struct Program {
    std::uint32_t version = 1;
    Architecture architecture = Architecture::kX64;
    std::vector<Directive> directives;
    std::vector<std::shared_ptr<const std::vector<std::uint8_t>>>
        storage;                                ///< payloads made here: contexts, padded last pages
    std::map<std::uint64_t, Bytes> zero_pages;  ///< by size
    std::map<std::pair<std::uint64_t, std::string_view>, Bytes>
        filled_up;  ///< by size and what they are filled up from, which the model keeps

    template <Wire T>
    void append(const T& header, Bytes payload, std::uint32_t item) {
        append(T::kType, bytes_of(header), payload, item);
    }
    /// Keeps bytes for as long as the program lives.
    Bytes keep(std::vector<std::uint8_t> bytes) {
        storage.push_back(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes)));
        return *storage.back();
    }
    /// The bytes and then zeros up to `size`; the same ones for equal bytes.
    Bytes filled(Bytes bytes, std::uint64_t size) {
        const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const auto [known, is_new] = filled_up.try_emplace({size, content});
        if (is_new) {
            std::vector<std::uint8_t> whole(bytes.begin(), bytes.end());
            whole.resize(size);
            known->second = keep(std::move(whole));
        }
        return known->second;
    }
    /// A page of zeros, the same one for all callers.
    Bytes zeros(std::uint64_t size) {
        const auto [page, is_new] = zero_pages.try_emplace(size);
        if (is_new) page->second = keep(std::vector<std::uint8_t>(size));
        return page->second;
    }
    void append(HeaderType type, Bytes body, Bytes payload, std::uint32_t item) {
        directives.push_back({type, {body.begin(), body.end()}, payload, item, false, false});
    }
};

/// The largest span that a u32 size holds and that keeps its successor on a large page.
inline constexpr std::uint64_t kMaxSpan = (std::uint64_t{1} << 32) - kLargePageSize;

/// Lowers a model: platforms, then policies, then directives in source order (or sorted, when the image says
/// so). The model must outlive the program. Precondition: find_excess (limits.hpp) gives nothing.
Program lower(const model::Image& image);

}  // namespace igvm::spec::ir
