#include "load/parameters.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace igvm::load {

/// One pass over the headers.
struct Parameters::Collector {
    const Image& image;
    std::uint32_t mask;
    const HostValues& values;
    Parameters result{};

    Result<void> visit(const Header& header) {
        if (const auto area = header.as<ParameterArea>()) return declare(header, *area);
        if (const auto parameter = header.parameter()) return fill(header, *parameter);
        const auto insert = header.as<ParameterInsert>();
        if (insert && (insert->compatibility_mask & mask) == mask) return use(header, *insert);
        return {};
    }

    Result<void> declare(const Header& header, const ParameterArea& area) {
        const std::uint64_t size = area.number_of_bytes;
        if (size == 0 || size % kPageSize != 0)
            return fail(Rule::kAreaSize, header.offset, fmt::format("the parameter area has {} bytes", size));
        const auto content = image.payload(header);
        if (!content) return tl::unexpected(content.error());
        const auto [place, is_new] = result.areas_.try_emplace(area.parameter_area_index);
        if (!is_new)
            return fail(Rule::kAreaIndex, header.offset_of(FieldKind::kAreaIndex),
                        fmt::format("parameter area {} is declared a second time",
                                    std::uint32_t{area.parameter_area_index}));
        place->second.size = size;
        place->second.content.write(0, *content);
        return {};
    }

    Result<Area*> find(const Header& header, std::uint32_t index) {
        const auto found = result.areas_.find(index);
        if (found != result.areas_.end()) return &found->second;
        return fail(
            Rule::kAreaUndeclared, header.offset_of(FieldKind::kAreaIndex),
            fmt::format("parameter area {} is not declared before this {}", index, header.info->name));
    }

    Result<void> fill(const Header& header, const Parameter& parameter) {
        const auto area = find(header, parameter.parameter_area_index);
        if (!area) return tl::unexpected(area.error());
        if ((*area)->inserted)
            return fail(Rule::kAreaUsedAfterInsert, header.offset_of(FieldKind::kAreaIndex),
                        fmt::format("parameter area {} is inserted before this {}",
                                    std::uint32_t{parameter.parameter_area_index}, header.info->name));
        write(header, parameter, **area);
        return {};
    }

    /// A value that cannot be written is held against the area when, and only when, it reaches the guest.
    void write(const Header& header, const Parameter& parameter, Area& area) const {
        const std::uint32_t at = parameter.byte_offset;
        const std::uint64_t room = at > area.size ? 0 : area.size - at;
        const auto value = values.of(header.info->type);
        if (value && value->size() <= room) return area.content.write(at, *value);
        if (!area.problem)
            area.problem = value ? too_large(header, parameter, value->size(), room) : absent(header);
    }

    static Error too_large(const Header& header, const Parameter& parameter, std::uint64_t size,
                           std::uint64_t room) {
        return {Rule::kLoadParameterSize,
                header.offset + sizeof(VariableHeader) + offsetof(Parameter, byte_offset),
                fmt::format("the host's {} has {} bytes, and parameter area {} has room for {} from {:#x} on",
                            header.info->name, size, std::uint32_t{parameter.parameter_area_index}, room,
                            std::uint32_t{parameter.byte_offset})};
    }

    static Error absent(const Header& header) {
        return {Rule::kLoadParameterAbsent, header.offset,
                fmt::format("the image asks for {}, and the host has none", header.info->name)};
    }

    Result<void> use(const Header& header, const ParameterInsert& insert) {
        const std::uint32_t index = insert.parameter_area_index;
        const auto area = find(header, index);
        if (!area) return tl::unexpected(area.error());
        if ((*area)->inserted)
            return fail(Rule::kAreaInsertedTwice, header.offset_of(FieldKind::kAreaIndex),
                        fmt::format("parameter area {} is already inserted", index));
        if ((*area)->problem) return tl::unexpected(*(*area)->problem);
        (*area)->inserted = true;
        return {};
    }
};

Result<Parameters> Parameters::collect(const Image& image, std::uint32_t mask, const HostValues& values) {
    Collector collector{image, mask, values};
    for (const Header header : image)
        if (auto done = collector.visit(header); !done) return tl::unexpected(done.error());
    return std::move(collector.result);
}

const Overlay& Parameters::inserted_by(const Header& insert) const {
    return areas_.at(insert.as<ParameterInsert>()->parameter_area_index).content;
}

}  // namespace igvm::load
