// x86-64 start state: the VMSA, the native context and the VBS register list, and one table of registers over
// all three.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "igvm/format.hpp"
#include "igvm/wire.hpp"

namespace igvm::x64 {

inline constexpr std::size_t kVmsaSize = 4096;
inline constexpr std::size_t kNativeContextSize = 0xE8;  ///< within a zero-tailed 4096-byte blob
inline constexpr std::uint64_t kVmsaSevFeaturesOffset = 0x3B0;
inline constexpr std::uint64_t kSevFeatureSnp = 1;

/// Where a register lies in one encoding; width 0 means that the encoding has no such register.
struct RegisterPlace {
    std::uint16_t offset = 0;
    std::uint8_t width = 0;

    constexpr bool present() const { return width != 0; }
};

enum class RegisterKind : std::uint8_t {
    kValue,    ///< an integer of up to 64 bits
    kSegment,  ///< selector, attributes, limit, base
    kTable,    ///< limit and base (GDTR, IDTR)
};

/// A row for each register that a spec can name.
struct RegisterInfo {
    std::string_view name;  ///< lowercase: "rip", "cr0", "cs", "gdtr"
    RegisterKind kind;
    RegisterPlace vmsa;  ///< AMD APM volume 2, table B-4; segments and tables are {selector u16, packed
                         ///< attributes u16, limit u32, base u64}
    /// IGVM native x64 context; segments are {selector u16, attributes u16, base u32, limit u32}, tables a
    /// limit u16 and a base u64 whose base is the part on a multiple of 8
    RegisterPlace native;
    std::uint32_t vbs = 0;  ///< HvX64Register… name of the Hyper-V TLFS, 0: none
    std::string_view doc;
};

std::span<const RegisterInfo> register_table();
const RegisterInfo* find_register(std::string_view name);
/// The row with a VBS register name, or null.
const RegisterInfo* find_vbs_register(std::uint32_t vbs);

/// A segment in the 16-bit attribute form (type 0–3, S 4, DPL 5–6, P 7, AVL 12, L 13, D 14, G 15).
struct Segment {
    std::uint16_t selector = 0;
    std::uint16_t attributes = 0;
    std::uint32_t limit = 0;
    std::uint64_t base = 0;

    friend bool operator==(const Segment&, const Segment&) = default;
};

/// The VMSA's 12-bit packing of the 16-bit attribute form.
constexpr std::uint16_t pack_attributes(std::uint16_t attributes) {
    return static_cast<std::uint16_t>((attributes & 0xFF) | ((attributes >> 4) & 0xF00));
}
constexpr std::uint16_t unpack_attributes(std::uint16_t packed) {
    return static_cast<std::uint16_t>((packed & 0xFF) | ((packed & 0xF00) << 4));
}

/// One entry of the VBS register list, 32 bytes.
struct VbsRegister {
    U8 vtl;
    U32 name;
    std::array<std::uint8_t, 11> reserved;
    std::array<std::uint8_t, 16> value;
};
static_assert(sizeof(VbsRegister) == 32);

/// A plain value, or a segment; of a table (GDTR, IDTR) the segment has limit and base alone.
using RegisterContent = std::variant<std::uint64_t, Segment>;

/// What `context` gives a register of its architecture's table; nothing when it has none. Of a VBS value the
/// low 64 bits.
std::optional<RegisterContent> read_register(ContextFormat format, Bytes context, const RegisterInfo& info);

/// The trust level that a context is for: that of the first register of a VBS list, 0 of every other format.
std::uint8_t vtl_of(ContextFormat format, Bytes context);

/// Byte offset in `context` of the eight bytes that hold a register's address: the whole of a plain 64-bit
/// register, the base of a table. Nothing for other registers and when the context has none.
std::optional<std::size_t> address_place(ContextFormat format, Bytes context, const RegisterInfo& info);

/// A stretch of the VMSA that must be zero.
struct ReservedRange {
    std::uint16_t offset;
    std::uint16_t size;
};
std::span<const ReservedRange> vmsa_reserved();

struct CpuModel {
    std::string_view name;    ///< as QEMU calls it
    std::uint32_t signature;  ///< CPUID 1 EAX
};
/// The processor models of QEMU that run SEV guests.
std::span<const CpuModel> cpu_models();

/// The VMSA of a virtual CPU that starts at the reset vector, as KVM builds it: `cpu_signature` (CPUID 1 EAX)
/// in RDX.
std::array<std::uint8_t, kVmsaSize> reset_vmsa(std::uint32_t cpu_signature, std::uint64_t sev_features);

}  // namespace igvm::x64
