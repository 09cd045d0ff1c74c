// Loads an image the way a VMM does, over an interface that the VMM implements.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "igvm/gpa_range.hpp"
#include "igvm/launch.hpp"
#include "igvm/x64.hpp"

namespace igvm {

/// What a memory map says about a range. Source: igvm_defs, MemoryMapEntryType.
enum class MemoryType : std::uint16_t {
    kMemory = 0,
    kReserved = 1,
    kPersistent = 2,
    kVtl2Protectable = 3,
    kSpecificPurpose = 4,
    kHidden = 5,
};

struct MemoryMapEntry {
    GpaRange range;
    MemoryType type = MemoryType::kMemory;

    friend bool operator==(const MemoryMapEntry&, const MemoryMapEntry&) = default;
};

/// Addresses from here on are no guest memory: x86-64 and AArch64 have at most 52 physical address bits.
inline constexpr std::uint64_t kEndOfGuestMemory = std::uint64_t{1} << 52;

/// The least and the most that MMIO_RANGES can tell. Source: igvm_defs, IGVM_VHS_MMIO_RANGES.
inline constexpr std::size_t kMaxMmioRanges = 2;

/// Bit of `HostConfig::environment`: memory is shared with the host until the guest accepts it.
inline constexpr std::uint32_t kEnvironmentMemoryIsShared = 1;

/// What the host tells the guest and where it has memory. Spans are borrowed.
struct HostConfig {
    /// In any order; 4 KiB aligned, not empty, disjoint, below kEndOfGuestMemory. kMemory and
    /// kVtl2Protectable are the memory that an image can require.
    std::vector<MemoryMapEntry> memory_map;
    std::uint32_t vp_count = 1;         ///< at least 1
    std::string command_line;           ///< ASCII without NUL; the loader appends the NUL
    Bytes device_tree;                  ///< a flattened device tree; empty: the host has none
    Bytes srat, madt, slit, pptt;       ///< whole ACPI tables with their headers; empty: the host has none
    std::vector<GpaRange> mmio_ranges;  ///< 4 KiB aligned, at most kMaxMmioRanges
    std::uint32_t environment = 0;      ///< kEnvironment… bits

    /// Bases that the relocatable regions of the platform must get, in file order; regions beyond the list
    /// stay where the file has them or, where the host has no memory there, go to the lowest place that fits.
    std::vector<std::uint64_t> relocation_bases;
    /// The bit of page table entries that marks private memory (SEV's C-bit), 0: none. It is kept in entries
    /// that are relocated, and is no part of their addresses.
    std::uint64_t private_bit = 0;
};

/// Why memory must be there.
enum class MapReason : std::uint8_t {
    kLaunch,           ///< pages are loaded there
    kRequired,         ///< REQUIRED_MEMORY, or the whole of a relocatable region or page table region
    kVtl2Protectable,  ///< REQUIRED_MEMORY where VTL 2 can deny lower VTLs access
};

/// How pages enter the guest.
struct PageState {
    LaunchKind kind = LaunchKind::kPage;  ///< kPage, kParameterPage or kErrorPage
    PageDataType type = PageDataType::kNormal;
    bool measured = true;
    bool shared = false;  ///< also host visible: shared pages and error ranges

    friend bool operator==(const PageState&, const PageState&) = default;
};

/// The start state of one VP (and VTL), registers relocated.
struct VpState {
    PlatformType platform;  ///< names the encoding of `context`
    std::uint16_t vp_index;
    std::uint8_t vtl;            ///< VBS; 0 elsewhere
    std::uint64_t gpa;           ///< SEV-SNP, SEV-ES: of the VMSA; 0 elsewhere
    Bytes context;               ///< as VP_CONTEXT stores it; empty: zeros
    std::uint32_t header_index;  ///< the VP_CONTEXT
};

/// The guest as the VMM builds it. Calls come in launch order; the first error ends the load and is passed
/// on. Bytes that the Loader hands over live as long as the image's file, the HostConfig and the Loader.
class Memory {
  public:
    virtual ~Memory() = default;

    /// There must be memory in `range` that reads as zeros until it is written. Ranges of kLaunch come before
    /// their first write; ranges of different reasons may overlap.
    virtual Result<void> map(GpaRange range, MapReason reason) = 0;
    /// `content` belongs at `gpa`, inside a range of kLaunch.
    virtual Result<void> write(std::uint64_t gpa, Bytes content) = 0;
    /// The pages of `range` are complete: a confidential VMM launches them here. A range does not cross a
    /// 2 MiB boundary, and a 2 MB page of the file is one range.
    virtual Result<void> set_page_state(GpaRange range, const PageState& state) = 0;
    /// A VP starts like this.
    virtual Result<void> set_vp_state(const VpState& vp) = 0;
};

/// Where a relocatable region, or the page table region, went.
struct Relocation {
    GpaRange from;
    std::uint64_t to = 0;
    std::uint32_t header_index = 0;

    friend bool operator==(const Relocation&, const Relocation&) = default;
};

struct LoadReport {
    std::vector<Relocation> relocations;  ///< in file order; also those that stayed (`to` is `from.gpa`)
    std::vector<MemoryMapEntry>
        memory_map;                ///< ascending, as the guest is told, with VTL 2 protectable ranges
    std::uint64_t page_count = 0;  ///< 4 KiB pages launched, without VMSAs
    std::uint32_t vp_count = 0;    ///< VP contexts set
};

/// Loads one platform of an image in the order of the profile `spec`. Everything that the file and the host
/// make impossible is found before the first call of the VMM. The Loader refuses what it cannot carry out;
/// that the file obeys the format's other rules is `check`'s to say.
class Loader {
  public:
    /// Borrows `image`, which must outlive the Loader.
    Loader(const Image& image, const SupportedPlatform& platform);
    ~Loader();
    Loader(Loader&&) noexcept;
    Loader& operator=(Loader&&) noexcept;

    /// Fills the parameter areas from `host`, relocates what must move, and follows the launch walk.
    /// Errors: those of `walk`, kFileUnknownType, kArea…, kPageAlignment, kVpContextRepeated, kLoad…, and
    /// those of `memory`. Memory use is a small multiple of the file's and the host's data.
    Result<LoadReport> load(const HostConfig& host, Memory& memory);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace igvm
