#include "c/file_writer.hpp"

#include <fmt/format.h>

#include <optional>

namespace igvm::c {
namespace {

/// The size that a header gives its data, or nothing when it gives none.
std::optional<std::uint64_t> data_size(const HeaderInfo& info, Bytes body) {
    switch (info.type) {
        case HeaderType::kPageData:
            return read<PageData>(body, 0)->flags & kPageFlag2Mb ? kLargePageSize : kPageSize;
        case HeaderType::kParameterArea:
            return read<ParameterArea>(body, 0)->number_of_bytes;
        case HeaderType::kCorimDocument:
        case HeaderType::kCorimSignature:
            return read<CorimBlob>(body, 0)->size;
        default:
            return std::nullopt;
    }
}

}  // namespace

Result<void> FileWriter::append(std::uint32_t raw_type, const void* header, Bytes data) {
    const HeaderInfo* info = find_header(raw_type & ~kOptionalBit);
    if (info == nullptr)
        return fail(Rule::kFileUnknownType, 0, fmt::format("header type {:#x} is unknown", raw_type));
    const Bytes body(static_cast<const std::uint8_t*>(header), info->length);
    const std::uint64_t wanted = data_size(*info, body).value_or(data.size());
    const bool takes_data = info->field(FieldKind::kFileOffset) != nullptr;
    if (!data.empty() && (!takes_data || data.size() != wanted))
        return fail(
            Rule::kFileDataOffset, 0,
            fmt::format("{} has {} bytes of data, not {}", info->name, data.size(), takes_data ? wanted : 0));
    const std::scoped_lock lock(mutex_);
    if (finished_) return fail(Rule::kInternal, 0, "the writer has made its file");
    data_.emplace_back(data.begin(), data.end());
    return writer_.append(raw_type, body, data_.back(), info->name);
}

Result<std::vector<std::uint8_t>> FileWriter::finish() {
    const std::scoped_lock lock(mutex_);
    if (finished_) return fail(Rule::kInternal, 0, "the writer has made its file");
    finished_ = true;
    return std::move(writer_).finish().map([](WrittenFile&& file) { return std::move(file.bytes); });
}

}  // namespace igvm::c
