// What an OVMF firmware image says about itself: the GUID-ed table near its end; the SEV, TDX and IGVM
// metadata. Layout: edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm, and OvmfSevMetadata.asm and
// IgvmMetadata.asm in OvmfPkg/ResetVector/X64; Intel TDX Virtual Firmware Design Guide, section 11. Offsets
// count from the end of the image, so that a code image and the same one behind its variable store say the
// same; that of TDX metadata without a table entry, the older way, counts from the start.
#pragma once

#include <cstdint>
#include <vector>

#include "igvm/wire.hpp"
#include "inputs/guid.hpp"
#include "inputs/input_error.hpp"

namespace igvm::spec::ovmf {

enum class SevSectionType : std::uint32_t {
    kMemory = 1,
    kSecrets = 2,
    kCpuid = 3,
    kCallingArea = 4,
    kKernelHashes = 0x10,
};

enum class IgvmSectionType : std::uint32_t {
    kParameterArea = 0x100,
    kMemoryMap = 0x101,  ///< within the parameter area: `gpa` is the offset there
    kVpCount = 0x102,    ///< likewise
    kHobArea = 0x200,
};

/// Guest memory that an SEV-SNP loader prepares, or that an IGVM file describes.
struct Section {
    std::uint32_t gpa = 0;
    std::uint32_t size = 0;  ///< bytes
    std::uint32_t type = 0;  ///< SevSectionType or IgvmSectionType, or a value from a later firmware
};

/// Guest memory that a TDX loader adds, and the part of the image that fills it.
struct TdxSection {
    std::uint32_t data_offset = 0;  ///< in the image
    std::uint32_t raw_size = 0;     ///< bytes of the image
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;        ///< bytes of guest memory
    std::uint32_t type = 0;        ///< 0 BFV, 1 CFV, 2 TD HOB, 3 temporary memory, 4 permanent memory
    std::uint32_t attributes = 0;  ///< bit 0 MR.EXTEND: the contents are measured; bit 1 PAGE.AUG: added late
};

/// The data of the entry `guid` of the table that ends 32 bytes before the end of `image`; a view into it.
InputResult<Bytes> table_entry(Bytes image, const Guid& guid);

/// The SEV metadata, in the firmware's order.
InputResult<std::vector<Section>> sev_sections(Bytes image);

/// The one section of that type. kOvmfSectionMissing when there is none, kOvmfMalformed when there are
/// several.
InputResult<Section> sev_section(Bytes image, SevSectionType type);

/// The TDX metadata, in the firmware's order: that of the table, else the one whose offset stands 32 bytes
/// before the end of the image.
InputResult<std::vector<TdxSection>> tdx_sections(Bytes image);

/// The IGVM metadata, in the firmware's order.
InputResult<std::vector<Section>> igvm_sections(Bytes image);

/// Where application processors start under SEV-ES: the base of CS in the upper 16 bits, IP in the lower.
InputResult<std::uint32_t> ap_reset_vector(Bytes image);

}  // namespace igvm::spec::ovmf
