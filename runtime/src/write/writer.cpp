#include "igvm/writer.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "write/payload_pool.hpp"

namespace igvm {

struct Writer::State {
    /// A file_offset field in the headers, to be filled with the place of its payload.
    struct OffsetField {
        std::size_t position;  ///< from the start of the variable headers
        std::uint64_t place;   ///< from the start of the data section
    };

    explicit State(WriterOptions chosen)
        : options(chosen), pool(chosen.share_payloads, chosen.payload_unit) {}

    std::uint64_t fixed_size() const {
        return sizeof(FixedHeader) + (options.version == 2 ? sizeof(FixedHeaderV2Tail) : 0);
    }
    std::uint64_t headers_begin() const { return fixed_size() + options.gap.size(); }
    std::uint64_t data_begin() const { return headers_begin() + headers.size(); }
    std::uint64_t total_size() const { return data_begin() + pool.size(); }

    void append_header(const GivenHeader& header, std::string_view meaning);
    std::vector<std::uint8_t> fixed_header(std::uint32_t checksum) const;
    std::uint32_t checksum() const;
    void fill_offsets();
    std::vector<std::uint8_t> bytes() const;
    void complete_map();

    WriterOptions options;
    std::vector<std::uint8_t> headers;
    std::vector<OffsetField> fields;
    Bytes leading_data;
    write::PayloadPool pool;
    std::vector<MapEntry> map;
};

namespace {

template <Wire T>
void put(std::vector<std::uint8_t>& out, const T& value) {
    const Bytes bytes = bytes_of(value);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Nothing, or why the header cannot be written as asked for.
Result<void> require_writable(const HeaderInfo* info, const GivenHeader& header) {
    const std::size_t size = header.body.size();
    if (size > UINT32_MAX)
        return fail(Rule::kFileLimit, 0, fmt::format("a header's body of {} bytes does not fit", size));
    if (info != nullptr && size != info->length)
        return fail(Rule::kInternal, 0,
                    fmt::format("a body of {} bytes for {}, which has {}", size, info->name, info->length));
    const bool has_payload = header.payload && !header.payload->empty();
    if (has_payload && (info == nullptr || info->field(FieldKind::kFileOffset) == nullptr))
        return fail(
            Rule::kInternal, 0,
            fmt::format("a payload for header type {:#x}, which has none", header.raw_type & ~kOptionalBit));
    if (header.padding && header.padding->size() != *align_up(size, 8) - size)
        return fail(Rule::kInternal, 0,
                    fmt::format("{} bytes of padding for a body of {}", header.padding->size(), size));
    return {};
}

}  // namespace

void Writer::State::append_header(const GivenHeader& header, std::string_view meaning) {
    const std::uint64_t begin = data_begin();
    put(headers, VariableHeader{header.raw_type, static_cast<std::uint32_t>(header.body.size())});
    headers.insert(headers.end(), header.body.begin(), header.body.end());
    const Bytes padding = header.padding.value_or(Bytes{});
    headers.insert(headers.end(), padding.begin(), padding.end());
    headers.resize(*align_up(headers.size(), 8), options.padding);
    map.push_back({begin, data_begin() - begin, std::string(meaning)});
}

std::vector<std::uint8_t> Writer::State::fixed_header(std::uint32_t checksum) const {
    std::vector<std::uint8_t> fixed;
    fixed.reserve(fixed_size());
    put(fixed, FixedHeader{kMagic, options.version, static_cast<std::uint32_t>(headers_begin()),
                           static_cast<std::uint32_t>(headers.size()),
                           static_cast<std::uint32_t>(total_size()), checksum});
    if (options.version == 2)
        put(fixed, FixedHeaderV2Tail{static_cast<std::uint32_t>(options.architecture), options.page_size});
    return fixed;
}

std::uint32_t Writer::State::checksum() const {
    const std::vector<std::uint8_t> fixed = fixed_header(0);
    const uLong begun = ::crc32_z(0, fixed.data(), fixed.size());
    return static_cast<std::uint32_t>(::crc32_z(begun, headers.data(), headers.size()));
}

void Writer::State::fill_offsets() {
    for (const OffsetField& field : fields) {
        const U32 offset = static_cast<std::uint32_t>(data_begin() + field.place);
        std::ranges::copy(bytes_of(offset), headers.begin() + static_cast<std::ptrdiff_t>(field.position));
    }
}

std::vector<std::uint8_t> Writer::State::bytes() const {
    std::vector<std::uint8_t> out;
    out.reserve(total_size());
    const std::vector<std::uint8_t> fixed = fixed_header(checksum());
    out.insert(out.end(), fixed.begin(), fixed.end());
    out.insert(out.end(), options.gap.begin(), options.gap.end());
    out.insert(out.end(), headers.begin(), headers.end());
    out.insert(out.end(), leading_data.begin(), leading_data.end());
    for (const write::Payload& payload : pool.payloads()) {
        out.resize(data_begin() + payload.offset);
        out.insert(out.end(), payload.bytes.begin(), payload.bytes.end());
    }
    out.resize(total_size());
    return out;
}

void Writer::State::complete_map() {
    if (!leading_data.empty()) map.push_back({data_begin(), leading_data.size(), "data section"});
    for (const write::Payload& payload : pool.payloads())
        map.push_back({data_begin() + payload.offset, payload.bytes.size(), payload.meaning});
}

Writer::Writer(WriterOptions options) : state_(std::make_unique<State>(options)) {
    state_->map.push_back({0, state_->fixed_size(), "fixed header"});
    if (!options.gap.empty()) state_->map.push_back({state_->fixed_size(), options.gap.size(), "gap"});
}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Result<void> Writer::append(std::uint32_t raw_type, Bytes body, Bytes payload, std::string_view meaning) {
    return append({.raw_type = raw_type, .body = body, .payload = payload}, meaning);
}

Result<void> Writer::append(const GivenHeader& header, std::string_view meaning) {
    const HeaderInfo* info = find_header(header.raw_type & ~kOptionalBit);
    if (Result<void> writable = require_writable(info, header); !writable) return writable;
    const std::size_t body_begin = state_->headers.size() + sizeof(VariableHeader);
    state_->append_header(header, meaning);
    const FieldInfo* field = info == nullptr ? nullptr : info->field(FieldKind::kFileOffset);
    if (field == nullptr || !header.payload) return {};

    const std::size_t position = body_begin + field->offset;
    if (header.payload->empty())
        std::ranges::copy(bytes_of(U32{}), state_->headers.begin() + static_cast<std::ptrdiff_t>(position));
    else
        state_->fields.push_back({position, state_->pool.place(*header.payload, meaning)});
    return {};
}

void Writer::lead_with(Bytes data) {
    state_->leading_data = data;
    state_->pool.begin_with(data);
}

Result<WrittenFile> Writer::finish() && {
    if (state_->total_size() > kMaxFileSize)
        return fail(Rule::kFileLimit, 0,
                    fmt::format("the file would have {} bytes, the format allows {}", state_->total_size(),
                                kMaxFileSize));
    state_->fill_offsets();
    state_->complete_map();
    return WrittenFile{state_->bytes(), std::move(state_->map)};
}

}  // namespace igvm
