// The IR: the variable headers of the file, in order, with their payloads and where they come from.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
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

    template <Wire T>
    void append(const T& header, Bytes payload, std::uint32_t item) {
        append(T::kType, bytes_of(header), payload, item);
    }
    /// Keeps bytes for as long as the program lives.
    Bytes keep(std::vector<std::uint8_t> bytes) {
        storage.push_back(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes)));
        return *storage.back();
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

/// The most pages that the regions of one image may add up to: 16 GiB, far above what a file under 4 GiB is
/// used for, and low enough that a typing error in a size costs no memory.
inline constexpr std::uint64_t kMaxPages = std::uint64_t{1} << 22;

/// The first item with which the image holds more than kMaxPages pages, or null.
const model::Item* find_excess(const model::Image& image);

/// Lowers a model: platforms, then policies, then directives in source order (or sorted, when the image says
/// so). The model must outlive the program. Precondition: find_excess gives null.
Program lower(const model::Image& image);

}  // namespace igvm::spec::ir
