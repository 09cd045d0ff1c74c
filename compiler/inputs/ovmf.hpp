// What an OVMF firmware image says about itself: the GUID-ed table near its end, the SEV and TDX metadata.
// Layout: edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm and OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm,
// Intel TDX Virtual Firmware Design Guide, section 11.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "igvm/wire.hpp"
#include "inputs/guid.hpp"

namespace igvm::spec::ovmf {

/// Why the firmware could not be read.
struct FirmwareError {
    enum class Kind : std::uint8_t { kNoTable, kNoEntry, kMalformed } kind;
    std::uint64_t offset = 0;  ///< in the firmware image, of what the sentence is about
    std::string detail;        ///< a sentence without final period
};

template <class T>
using FirmwareResult = tl::expected<T, FirmwareError>;

enum class SevSectionType : std::uint32_t {
    kMemory = 1,
    kSecrets = 2,
    kCpuid = 3,
    kCallingArea = 4,
    kKernelHashes = 0x10,
};

/// Guest memory that an SEV-SNP loader prepares.
struct SevSection {
    std::uint32_t gpa = 0;
    std::uint32_t size = 0;  ///< bytes
    std::uint32_t type = 0;  ///< SevSectionType, or a value from a later firmware
};

/// Guest memory that a TDX loader adds, and the part of the image that fills it.
struct TdxSection {
    std::uint32_t data_offset = 0;  ///< in the image
    std::uint32_t raw_size = 0;     ///< bytes of the image
    std::uint64_t gpa = 0;
    std::uint64_t size = 0;        ///< bytes of guest memory
    std::uint32_t type = 0;        ///< 0 BFV, 1 CFV, 2 TD HOB, 3 temporary memory, 4 permanent memory
    std::uint32_t attributes = 0;  ///< bit 0: extend the measurement with the contents
};

/// The data of the entry `guid` of the table that ends 32 bytes before the end of `image`; a view into it.
FirmwareResult<Bytes> table_entry(Bytes image, const Guid& guid);

/// The SEV metadata, in the firmware's order.
FirmwareResult<std::vector<SevSection>> sev_sections(Bytes image);

/// The one section of that type. kNoEntry when there is none, kMalformed when there are several.
FirmwareResult<SevSection> sev_section(Bytes image, SevSectionType type);

/// The TDX metadata, in the firmware's order.
FirmwareResult<std::vector<TdxSection>> tdx_sections(Bytes image);

}  // namespace igvm::spec::ovmf
