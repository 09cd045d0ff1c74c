#include <cstddef>

#include "directive_state.hpp"

namespace igvm::check_detail {
namespace {

Area* find_area(DirectiveState& state, const Header& header, std::uint32_t index) {
    const auto found = state.areas.find(index);
    if (found != state.areas.end()) return &found->second;
    state.context.report(Rule::kAreaUndeclared, header.offset_of(FieldKind::kAreaIndex),
                         "parameter area {} is not declared before this {}", index, header.info->name);
    return nullptr;
}

bool overlap(std::uint64_t a, std::uint64_t a_size, std::uint64_t b, std::uint64_t b_size) {
    return a < b ? b - a < a_size : a - b < b_size;
}

void outside_page_tables(const DirectiveState& state, const Header& header, std::uint64_t size) {
    const auto insert = *header.as<ParameterInsert>();
    for (const PageTableRegion& region : state.page_tables) {
        if ((region.mask & insert.compatibility_mask) == 0) continue;
        if (size != 0 && region.size != 0 && overlap(insert.gpa, size, region.gpa, region.size))
            state.context.report(
                Rule::kInsertInPageTable, header.offset_of(FieldKind::kGpa),
                "{:#x} bytes at GPA {:#x} meet the page table region of {:#x} bytes at {:#x}", size,
                std::uint64_t{insert.gpa}, region.size, region.gpa);
    }
}

}  // namespace

void check_parameter_area(DirectiveState& state, const Header& header) {
    const auto area = *header.as<ParameterArea>();
    const std::uint64_t size = area.number_of_bytes;
    if (size == 0 || size % kPageSize != 0)
        state.context.report(Rule::kAreaSize, state.context.offset_of(header.body),
                             "the parameter area has {} bytes", size);
    if (!state.areas.try_emplace(area.parameter_area_index, Area{size}).second)
        state.context.report(Rule::kAreaIndex, header.offset_of(FieldKind::kAreaIndex),
                             "parameter area {} is declared a second time",
                             std::uint32_t{area.parameter_area_index});
}

void check_parameter(DirectiveState& state, const Header& header) {
    const auto parameter = header.parameter();
    if (!parameter) return;
    const std::uint32_t index = parameter->parameter_area_index;
    const std::uint32_t start = parameter->byte_offset;
    const std::uint16_t least = header.info->parameter_size;
    const Area* area = find_area(state, header, index);
    if (area == nullptr) return;
    if (area->inserted_mask != 0)
        state.context.report(Rule::kAreaUsedAfterInsert, header.offset_of(FieldKind::kAreaIndex),
                             "parameter area {} is inserted before this {}", index, header.info->name);
    if (start > area->size || least > area->size - start)
        state.context.report(Rule::kParameterOutsideArea,
                             state.context.offset_of(header.body) + offsetof(Parameter, byte_offset),
                             "{} needs {} bytes at {:#x} of a parameter area of {} bytes", header.info->name,
                             least, start, area->size);
}

void check_parameter_insert(DirectiveState& state, const Header& header) {
    const auto insert = *header.as<ParameterInsert>();
    const std::uint32_t index = insert.parameter_area_index;
    Area* area = find_area(state, header, index);
    if (area == nullptr) return;
    if ((area->inserted_mask & insert.compatibility_mask) != 0)
        state.context.report(Rule::kAreaInsertedTwice, header.offset_of(FieldKind::kAreaIndex),
                             "parameter area {} is already inserted for mask {:#x}", index,
                             area->inserted_mask & insert.compatibility_mask);
    area->inserted_mask |= insert.compatibility_mask;
    state.add_extent(header, insert.gpa, area->size, insert.compatibility_mask, ExtentKind::kArea);
    outside_page_tables(state, header, area->size);
}

}  // namespace igvm::check_detail
