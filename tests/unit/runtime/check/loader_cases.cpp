#include "guest.hpp"

namespace igvm::test {
namespace {

using enum LoaderModel;

/// A sample for one loader. Its findings that `Sample::loaders` brings about are judged, and no others.
Sample sample(const RawImage& image, std::uint64_t offset, LoaderModel loader) {
    return {image.build(), offset, {loader}};
}

constexpr std::uint64_t kFirstHeader = sizeof(FixedHeader);
constexpr std::uint64_t kVmsa = 0xFFFFFFFFF000;

/// An image with a page of data, so that loaders that refuse files without any have no complaint.
RawImage loadable(PlatformType type) {
    RawImage image = image_for(type);
    if (type == PlatformType::kSnp) image.add(GuestPolicy{0x30000, 1, 0});
    image.add(page(0x1000, 1, image.payload(Buffer(kPageSize))));
    return image;
}

/// The same with one more header; the finding points at it.
template <Wire T>
Sample with(PlatformType type, const T& header, LoaderModel loader, HeaderType kind = T::kType) {
    RawImage image = loadable(type);
    const std::uint64_t body = image.add(kind, header);
    return sample(image, body - sizeof(VariableHeader), loader);
}

/// A loadable image whose area 0 has `parameter`.
Sample with_parameter(PlatformType type, HeaderType parameter, std::uint32_t byte_offset,
                      LoaderModel loader) {
    RawImage image = loadable(type);
    image.add(ParameterArea{kPageSize, 0, 0});
    if (loader == kCloudHypervisor) image.add(VpContext{kVmsa, 1, 0, 0, 0});
    const std::uint64_t body = image.add(parameter, Parameter{0, byte_offset});
    return sample(image, body - sizeof(VariableHeader), loader);
}

Sample of_platform(bool bad) {
    return sample(loadable(bad ? PlatformType::kTdx : PlatformType::kSnp), kFirstHeader, kQemu);
}

Sample platform_order(bool bad) {
    RawImage image;
    image.add(platform(bad ? PlatformType::kTdx : PlatformType::kSnp, 1));
    image.add(platform(bad ? PlatformType::kSnp : PlatformType::kTdx, 2));
    const std::uint32_t snp = bad ? 2 : 1;
    image.add(page(0xFFFFF000, 3, image.payload(Buffer(kPageSize))));
    image.add(VpContext{kVmsa, snp, 0, 0, 0});
    return sample(image, kFirstHeader, kCloudHypervisor);
}

Sample platform_settings(bool bad) {
    RawImage image;
    SupportedPlatform snp = platform(PlatformType::kSnp);
    snp.shared_gpa_boundary = bad ? std::uint64_t{1} << 46 : 0;
    image.add(snp);
    image.add(GuestPolicy{0x30000, 1, 0});
    image.add(page(0x1000, 1, image.payload(Buffer(kPageSize))));
    image.add(VpContext{kVmsa, 1, 0, 0, 0});
    return sample(image, kFirstHeader, kOpenvmm);
}

Sample policy(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    if (!bad) image.add(GuestPolicy{0x30000, 1, 0});
    image.add(page(0x1000, 1, image.payload(Buffer(kPageSize))));
    image.add(VpContext{kVmsa, 1, 0, 0, 0});
    return sample(image, kFirstHeader, kOpenvmm);
}

Sample empty_data(bool bad) {
    RawImage image = image_for(PlatformType::kNative);
    const std::uint64_t body = image.add(page(0x1000));
    if (!bad) image.payload(Buffer(8));
    return sample(image, body + sizeof(PageData), kQemu);
}

Sample no_directives(bool bad) {
    RawImage image = image_for(PlatformType::kNative);
    image.payload(Buffer(8));
    if (!bad) image.add(page(0x1000));
    return sample(image, kFirstHeader + sizeof(VariableHeader) + sizeof(SupportedPlatform), kQemu);
}

Sample optional_header(bool bad) {
    RawImage image = loadable(PlatformType::kNative);
    const auto type = static_cast<std::uint32_t>(HeaderType::kPageData) | (bad ? kOptionalBit : 0);
    const std::uint64_t body = image.add(type, bytes_of(page(0x2000)));
    return sample(image, body - sizeof(VariableHeader), kQemu);
}

Sample header(bool bad) {
    return with_parameter(PlatformType::kNative, HeaderType::kMadt, 0, bad ? kQemu10 : kQemu);
}

Sample build_feature(bool bad) {
    RawImage image = image_for(PlatformType::kSnp);
    image.add(GuestPolicy{0x30000, 1, 0});
    std::uint64_t body = sizeof(VariableHeader);
    if (bad) body = image.add(HeaderType::kCorimDocument, CorimBlob{1, 0, 0, 0});
    image.add(page(0x1000, 1, image.payload(Buffer(kPageSize))));
    image.add(VpContext{kVmsa, 1, 0, 0, 0});
    return sample(image, body - sizeof(VariableHeader), kOpenvmm);
}

Sample page_type(bool bad) {
    RawImage image = loadable(PlatformType::kSnp);
    image.add(VpContext{kVmsa, 1, 0, 0, 0});
    PageData cpuid = page(0x2000);
    cpuid.data_type = bad ? 3 : 2;
    const std::uint64_t body = image.add(cpuid);
    return sample(image, body - sizeof(VariableHeader), kCloudHypervisor);
}

Sample large_page(bool bad) {
    PageData large = page(kLargePageSize);
    large.flags = bad ? kPageFlag2Mb : 0;
    return with(PlatformType::kNative, large, kQemu);
}

Sample context_count(bool bad) {
    RawImage image = loadable(PlatformType::kSnp);
    if (!bad) image.add(VpContext{kVmsa, 1, 0, 0, 0});
    return sample(image, kFirstHeader, kCloudHypervisor);
}

Sample context_index(bool bad) {
    return with(PlatformType::kNative, VpContext{0, 1, 0, static_cast<std::uint16_t>(bad ? 1 : 0), 0}, kQemu);
}

Sample context_vtl(bool bad) {
    RawImage image;
    SupportedPlatform vbs = platform(PlatformType::kVbs);
    vbs.highest_vtl = 2;
    image.add(vbs);
    Buffer blob(sizeof(U32) + sizeof(x64::VbsRegister));
    poke(blob, 0, U32{1});
    const auto vtl = static_cast<std::uint8_t>(bad ? 0 : 2);
    poke(blob, 4, x64::VbsRegister{vtl, x64::find_register("rsp")->vbs, {}, {}});
    const std::uint64_t body = image.add(VpContext{0, 1, image.payload(blob), 0, 0});
    return sample(image, body - sizeof(VariableHeader), kOpenvmm);
}

Sample vmsa_address(bool bad) {
    return with(PlatformType::kSnp, VpContext{bad ? 0x803000 : kVmsa, 1, 0, 0, 0}, kQemu);
}

Sample vmsa_features(bool bad) {
    RawImage image = loadable(PlatformType::kSnp);
    Buffer blob(x64::kVmsaSize);
    blob[x64::kVmsaSevFeaturesOffset] = bad ? 3 : 1;
    const std::uint64_t body = image.add(VpContext{kVmsa, 1, image.payload(blob), 0, 0});
    return sample(image, body - sizeof(VariableHeader), kOpenvmm);
}

Sample gs_base(bool bad) {
    RawImage image = loadable(PlatformType::kNative);
    Buffer blob(kPageSize);
    blob[x64::find_register("gs_base")->native.offset + 1u] = bad ? 0x10 : 0;
    const std::uint64_t body = image.add(VpContext{0, 1, image.payload(blob), 0, 0});
    return sample(image, body - sizeof(VariableHeader), kQemu);
}

Sample relocation(bool bad) {
    RawImage image;
    SupportedPlatform vbs = platform(PlatformType::kVbs);
    vbs.highest_vtl = 2;
    image.add(vbs);
    RelocatableRegion region{1, 0, 2, 1, 0x1000, 0x100000, 0x1000, 0, 0x10000000};
    if (bad) region.flags = 0;
    const std::uint64_t body = image.add(region);
    Buffer blob(sizeof(U32) + sizeof(x64::VbsRegister));
    poke(blob, 0, U32{1});
    poke(blob, 4, x64::VbsRegister{2, x64::find_register("rsp")->vbs, {}, {}});
    image.add(VpContext{0, 1, image.payload(blob), 0, 0});
    return sample(image, body - sizeof(VariableHeader), kOpenvmm);
}

Sample area_reuse(bool bad) {
    RawImage image;
    image.add(platform(PlatformType::kNative));
    image.add(platform(PlatformType::kSnp, 2));
    image.add(page(0x1000, 3, image.payload(Buffer(kPageSize))));
    image.add(ParameterArea{kPageSize, 0, 0});
    image.add(ParameterArea{kPageSize, 1, 0});
    image.add(ParameterInsert{0x2000, 1, 0});
    const std::uint64_t body = image.add(ParameterInsert{0x3000, 2, bad ? 0u : 1u});
    return sample(image, body - sizeof(VariableHeader), kQemu);
}

Sample area_data(bool bad) {
    RawImage image = loadable(PlatformType::kNative);
    const std::uint32_t data = image.payload(Buffer(kPageSize));
    const std::uint64_t body = image.add(ParameterArea{kPageSize, 0, bad ? data : 0});
    return sample(image, body - sizeof(VariableHeader), kQemu);
}

Sample parameter_offset(bool bad) {
    return with_parameter(PlatformType::kNative, HeaderType::kMemoryMap, bad ? 0x10 : 0, kQemu);
}

Sample parameter_value(bool bad) {
    const HeaderType type = bad ? HeaderType::kCommandLine : HeaderType::kVpCount;
    return with_parameter(PlatformType::kSnp, type, 0, kCloudHypervisor);
}

Sample portable(bool bad) {
    RawImage image = loadable(PlatformType::kSev);
    PageData shared = page(0x2000, 1, image.payload(Buffer(kPageSize)));
    shared.flags = bad ? kPageFlagShared : 0;
    const std::uint64_t body = image.add(shared);
    return sample(image, body - sizeof(VariableHeader), kQemu);
}

constexpr Case kCases[] = {
    {Rule::kLoaderPlatform, of_platform},
    {Rule::kLoaderPlatformOrder, platform_order},
    {Rule::kLoaderPlatformSettings, platform_settings},
    {Rule::kLoaderPolicy, policy},
    {Rule::kLoaderEmptyData, empty_data},
    {Rule::kLoaderNoDirectives, no_directives},
    {Rule::kLoaderOptionalHeader, optional_header},
    {Rule::kLoaderHeader, header},
    {Rule::kLoaderBuildFeature, build_feature},
    {Rule::kLoaderPageType, page_type},
    {Rule::kLoaderLargePage, large_page},
    {Rule::kLoaderContextCount, context_count},
    {Rule::kLoaderContextIndex, context_index},
    {Rule::kLoaderContextVtl, context_vtl},
    {Rule::kLoaderVmsaAddress, vmsa_address},
    {Rule::kLoaderVmsaFeatures, vmsa_features},
    {Rule::kLoaderRegister, gs_base},
    {Rule::kLoaderRelocation, relocation},
    {Rule::kLoaderAreaReuse, area_reuse},
    {Rule::kLoaderAreaData, area_data},
    {Rule::kLoaderParameterOffset, parameter_offset},
    {Rule::kLoaderParameterValue, parameter_value},
    {Rule::kPortableDigest, portable},
};

}  // namespace

std::span<const Case> loader_cases() { return kCases; }

}  // namespace igvm::test
