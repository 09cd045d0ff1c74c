// The structures of the C headers are those of the wire, byte for byte.
#include <cstddef>

#include "igvm/format.hpp"
#include "igvm/igvm_extensions.h"

namespace {

#define SAME_SIZE(c_struct, wire) static_assert(sizeof(c_struct) == sizeof(igvm::wire))
#define SAME_PLACE(c_struct, c_member, wire, member) \
    static_assert(offsetof(c_struct, c_member) == offsetof(igvm::wire, member))

SAME_SIZE(IGVM_FIXED_HEADER, FixedHeader);
SAME_PLACE(IGVM_FIXED_HEADER, checksum, FixedHeader, checksum);
static_assert(sizeof(IGVM_FIXED_HEADER_V2) == sizeof(igvm::FixedHeader) + sizeof(igvm::FixedHeaderV2Tail));
SAME_SIZE(IGVM_VHS_VARIABLE_HEADER, VariableHeader);
SAME_SIZE(IGVM_VHS_SUPPORTED_PLATFORM, SupportedPlatform);
SAME_PLACE(IGVM_VHS_SUPPORTED_PLATFORM, platform_type, SupportedPlatform, platform_type);
SAME_PLACE(IGVM_VHS_SUPPORTED_PLATFORM, platform_version, SupportedPlatform, platform_version);
SAME_SIZE(IGVM_VHS_GUEST_POLICY, GuestPolicy);
SAME_SIZE(IGVM_VHS_CCA_POLICY, CcaPolicy);
SAME_PLACE(IGVM_VHS_CCA_POLICY, hash_algorithm, CcaPolicy, hash_algorithm);
SAME_SIZE(IGVM_VHS_RELOCATABLE_REGION, RelocatableRegion);
SAME_PLACE(IGVM_VHS_RELOCATABLE_REGION, flags, RelocatableRegion, flags);
SAME_PLACE(IGVM_VHS_RELOCATABLE_REGION, maximum_relocation_gpa, RelocatableRegion, maximum_relocation_gpa);
SAME_SIZE(IGVM_VHS_PAGE_TABLE_RELOCATION, PageTableRelocation);
SAME_PLACE(IGVM_VHS_PAGE_TABLE_RELOCATION, used_size, PageTableRelocation, used_size);
SAME_SIZE(IGVM_VHS_CORIM_DATA, CorimBlob);
SAME_PLACE(IGVM_VHS_CORIM_DATA, size_bytes, CorimBlob, size);
SAME_SIZE(IGVM_VHS_PARAMETER_AREA, ParameterArea);
SAME_PLACE(IGVM_VHS_PARAMETER_AREA, file_offset, ParameterArea, file_offset);
SAME_SIZE(IGVM_VHS_PAGE_DATA, PageData);
SAME_PLACE(IGVM_VHS_PAGE_DATA, flags, PageData, flags);
SAME_PLACE(IGVM_VHS_PAGE_DATA, data_type, PageData, data_type);
SAME_SIZE(IGVM_VHS_PARAMETER_INSERT, ParameterInsert);
SAME_SIZE(IGVM_VHS_PARAMETER, Parameter);
// The compiler pads this one; a header's buffer has room for the padding.
static_assert(sizeof(IGVM_VHS_VP_CONTEXT) == 24 && sizeof(igvm::VpContext) == 20);
SAME_PLACE(IGVM_VHS_VP_CONTEXT, vp_index, VpContext, vp_index);
SAME_SIZE(IGVM_VHS_REQUIRED_MEMORY, RequiredMemory);
SAME_PLACE(IGVM_VHS_REQUIRED_MEMORY, flags, RequiredMemory, flags);
SAME_SIZE(IGVM_VHS_SNP_ID_BLOCK, SnpIdBlock);
SAME_PLACE(IGVM_VHS_SNP_ID_BLOCK, ld, SnpIdBlock, ld);
SAME_PLACE(IGVM_VHS_SNP_ID_BLOCK, id_key_signature, SnpIdBlock, id_key_signature);
SAME_PLACE(IGVM_VHS_SNP_ID_BLOCK, author_public_key, SnpIdBlock, author_public_key);
SAME_SIZE(IGVM_VHS_VBS_MEASUREMENT, VbsMeasurement);
SAME_PLACE(IGVM_VHS_VBS_MEASUREMENT, public_key, VbsMeasurement, public_key);
SAME_SIZE(IGVM_VHS_ERROR_RANGE, ErrorRange);
SAME_PLACE(IGVM_VHS_ERROR_RANGE, size_bytes, ErrorRange, size_bytes);

}  // namespace
