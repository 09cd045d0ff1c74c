#include "cases.hpp"
#include "igvm/x64.hpp"

namespace igvm::test {
namespace {

constexpr std::uint64_t kBase = 0x600000;
constexpr std::uint64_t kTables = 0x7FE000;

/// A region of 2 MiB less 2 pages; its page tables fill the rest.
RelocatableRegion region() { return {1, 0, 2, 1, kLargePageSize, kBase, 0x1FE000, 0x200000, 0x10000000}; }
PageTableRelocation tables() { return {1, 0, 2, 0, kTables, 0x2000, 0x1000}; }

class Relocatable {
  public:
    Relocatable() { image_.add(platform(PlatformType::kVbs)); }

    template <Wire T>
    std::uint64_t add(const T& header) {
        return image_.add(header);
    }
    /// The file, with one context of VTL 2.
    Buffer build() {
        Buffer blob(sizeof(U32) + sizeof(x64::VbsRegister));
        poke(blob, 0, U32{1});
        poke(blob, 4, x64::VbsRegister{2, x64::find_register("rsp")->vbs, {}, {}});
        image_.add(VpContext{0, 1, image_.payload(blob), 0, 0});
        return image_.build();
    }

  private:
    RawImage image_;
};

Sample with_region(const RelocatableRegion& header, std::size_t field) {
    Relocatable image;
    const std::uint64_t body = image.add(header);
    return {image.build(), body + field};
}

Sample with_tables(const PageTableRelocation& header, std::size_t field) {
    Relocatable image;
    image.add(region());
    const std::uint64_t body = image.add(header);
    return {image.build(), body + field};
}

Sample alignment(bool bad) {
    RelocatableRegion header = region();
    header.relocation_alignment = bad ? 0x200 : 0x1000;
    return with_region(header, offsetof(RelocatableRegion, relocation_alignment));
}

Sample address(bool bad) {
    RelocatableRegion header = region();
    if (bad) header.maximum_relocation_gpa = 0x10001000;
    return with_region(header, offsetof(RelocatableRegion, relocation_region_gpa));
}

Sample bounds(bool bad) {
    RelocatableRegion header = region();
    if (bad) header.minimum_relocation_gpa = 0x800000;
    return with_region(header, offsetof(RelocatableRegion, relocation_region_gpa));
}

Sample overlap(bool bad) {
    PageTableRelocation header = tables();
    if (bad) header.gpa = kTables - 0x1000;
    Sample sample = with_tables(header, 0);
    sample.offset -= sizeof(VariableHeader);
    return sample;
}

Sample context(bool bad) {
    RelocatableRegion header = region();
    if (bad) header.vtl = 0;
    Sample sample = with_region(header, 0);
    sample.offset -= sizeof(VariableHeader);
    return sample;
}

Sample tables_repeated(bool bad) {
    Relocatable image;
    std::uint64_t body = image.add(tables());
    PageTableRelocation second = tables();
    second.gpa = 0x900000;
    if (bad) body = image.add(second);
    return {image.build(), body};
}

Sample tables_size(bool bad) {
    PageTableRelocation header = tables();
    header.used_size = bad ? 0x3000 : 0x2000;
    return with_tables(header, offsetof(PageTableRelocation, gpa));
}

Sample tables_boundary(bool bad) {
    PageTableRelocation header = tables();
    if (bad) header.gpa = 0x800000;
    Sample sample = with_tables(header, 0);
    sample.offset -= sizeof(VariableHeader);
    return sample;
}

Sample insert_in_tables(bool bad) {
    Relocatable image;
    image.add(tables());
    image.add(ParameterArea{kPageSize, 0, 0});
    const std::uint64_t body = image.add(ParameterInsert{bad ? kTables + 0x1000 : kTables + 0x2000, 1, 0});
    return {image.build(), body};
}

constexpr Case kCases[] = {
    {Rule::kRelocationAlignment, alignment},
    {Rule::kRelocationAddress, address},
    {Rule::kRelocationBounds, bounds},
    {Rule::kRelocationOverlap, overlap},
    {Rule::kRelocationContext, context},
    {Rule::kPageTableRegionRepeated, tables_repeated},
    {Rule::kPageTableRegionSize, tables_size},
    {Rule::kPageTableRegionBoundary, tables_boundary},
    {Rule::kInsertInPageTable, insert_in_tables},
};

}  // namespace

std::span<const Case> relocation_cases() { return kCases; }

}  // namespace igvm::test
