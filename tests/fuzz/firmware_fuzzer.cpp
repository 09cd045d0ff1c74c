// Any bytes as an OVMF image: its table and all of its metadata.
#include "inputs/ovmf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace igvm::spec;
    const igvm::Bytes image(data, size);
    (void)ovmf::sev_sections(image);
    (void)ovmf::sev_section(image, ovmf::SevSectionType::kSecrets);
    (void)ovmf::tdx_sections(image);
    (void)ovmf::igvm_sections(image);
    (void)ovmf::ap_reset_vector(image);
    return 0;
}
