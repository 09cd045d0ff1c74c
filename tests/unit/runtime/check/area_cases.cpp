#include "cases.hpp"

namespace igvm::test {
namespace {

constexpr std::uint32_t kArea = 7;

ParameterArea area(std::uint64_t size = kPageSize, std::uint32_t index = kArea) { return {size, index, 0}; }
ParameterInsert insert(std::uint64_t gpa) { return {gpa, 1, kArea}; }

std::uint64_t add_memory_map(RawImage& image, std::uint32_t index, std::uint32_t byte_offset) {
    return image.add(HeaderType::kMemoryMap, Parameter{index, byte_offset});
}

Sample area_index(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(area());
    const std::uint64_t body = image.add(area(kPageSize, bad ? kArea : kArea + 1));
    return {image.build(), body + offsetof(ParameterArea, parameter_area_index)};
}

Sample area_size(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    const std::uint64_t body = image.add(area(bad ? 100 : kPageSize));
    return {image.build(), body};
}

Sample area_undeclared(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(area());
    const std::uint64_t body = add_memory_map(image, bad ? kArea + 1 : kArea, 0);
    return {image.build(), body};
}

Sample inserted_twice(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(platform(PlatformType::kTdx, 2));
    image.add(area());
    image.add(insert(0x1000));
    const std::uint64_t body = image.add(ParameterInsert{0x5000, bad ? 3u : 2u, kArea});
    return {image.build(), body + offsetof(ParameterInsert, parameter_area_index)};
}

Sample used_after_insert(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(area());
    if (bad) image.add(insert(0x1000));
    const std::uint64_t body = add_memory_map(image, kArea, 0);
    if (!bad) image.add(insert(0x1000));
    return {image.build(), body};
}

Sample outside_area(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(area());
    const std::uint64_t body = add_memory_map(image, kArea, bad ? 4073 : 4072);
    return {image.build(), body + offsetof(Parameter, byte_offset)};
}

constexpr Case kCases[] = {
    {Rule::kAreaIndex, area_index},
    {Rule::kAreaSize, area_size},
    {Rule::kAreaUndeclared, area_undeclared},
    {Rule::kAreaInsertedTwice, inserted_twice},
    {Rule::kAreaUsedAfterInsert, used_after_insert},
    {Rule::kParameterOutsideArea, outside_area},
};

}  // namespace

std::span<const Case> area_cases() { return kCases; }

}  // namespace igvm::test
