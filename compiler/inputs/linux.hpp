// Linux kernels as boot loaders read them: the x86 bzImage and the arm64 Image.
// Layout: Linux Documentation/arch/x86/boot.rst and zero-page.rst, Documentation/arch/arm64/booting.rst.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "igvm/wire.hpp"
#include "inputs/input_error.hpp"

namespace igvm::spec::linux_x86 {

/// A member of the setup header.
struct Member {
    std::string_view name;
    std::uint16_t offset = 0;  ///< in the file, and in struct boot_params
    std::uint8_t width = 0;    ///< bytes
    std::uint16_t since = 0;   ///< protocol version, major << 8 | minor
};

/// A bzImage with a boot protocol of at least 2.12; a view of bytes that must outlive it.
class Kernel {
  public:
    /// Checks the magic numbers, the version and the length of the header, and that the kernel is loaded
    /// high.
    static InputResult<Kernel> open(Bytes bytes);

    /// The members that the kernel's protocol version has, in the order of the protocol.
    std::vector<Member> members() const;
    std::uint64_t get(const Member& member) const;
    std::uint64_t get(std::string_view member) const;

    /// The setup header alone, which belongs at the same offset in struct boot_params.
    Bytes header() const { return slice(bytes_, kHeader, header_end_ - kHeader).value_or(Bytes{}); }
    /// The protected-mode kernel: the file behind its setup sectors.
    Bytes payload() const { return bytes_.subspan(static_cast<std::size_t>(payload_)); }
    /// Where the payload is entered in 64-bit mode.
    InputResult<std::uint64_t> entry64() const;

    static constexpr std::uint64_t kHeader = 0x1f1;

  private:
    explicit Kernel(Bytes bytes) : bytes_(bytes) {}

    Bytes bytes_;
    std::uint64_t header_end_ = 0;
    std::uint64_t payload_ = 0;
};

struct Range {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
};

struct E820Entry {
    Range range;
    std::uint32_t type = 1;  ///< 1 RAM, 2 reserved, 3 ACPI tables, 4 ACPI NVS, 5 unusable
};

/// What a boot loader tells the kernel.
struct BootParams {
    std::optional<std::uint64_t> command_line;       ///< address
    std::optional<std::uint32_t> command_line_size;  ///< written over the kernel's maximum
    std::optional<Range> initrd;
    std::vector<E820Entry> e820;
    std::optional<std::uint64_t> acpi_rsdp;   ///< address
    std::optional<std::uint64_t> setup_data;  ///< address of a list of struct setup_data
    std::optional<std::uint32_t> cc_blob;     ///< address
    std::uint64_t address = 0;                ///< of the page itself; counts with `cc_blob` only
};

inline constexpr std::size_t kBootParamsSize = 4096;
inline constexpr std::size_t kMaxE820Entries = 128;

/// RAM from address 0 on, but for the 384 KiB below 1 MiB that are the PC's video memory and firmware.
std::vector<E820Entry> ram_map(std::uint64_t size);

/// Refuses what the kernel does not take, with kOutOfRange and the place of the member that says so.
InputResult<void> check_command_line(const Kernel& kernel, std::uint32_t size);
InputResult<void> check_initrd(const Kernel& kernel, const Range& initrd);

/// Fills `page`, zeroed, of kBootParamsSize bytes. There are at most kMaxE820Entries.
void write_boot_params(const Kernel& kernel, const BootParams& params, std::span<std::uint8_t> page);

/// struct cc_blob_sev_info: where an SEV-SNP guest finds its secrets and CPUID pages.
std::vector<std::uint8_t> cc_blob(const Range& secrets, const Range& cpuid);

}  // namespace igvm::spec::linux_x86

namespace igvm::spec::linux_arm64 {

/// The header of an Image.
struct Image {
    std::uint64_t text_offset = 0;  ///< from a 2 MiB boundary
    std::uint64_t image_size = 0;   ///< bytes of memory that the kernel needs, with its BSS
    std::uint64_t flags = 0;        ///< bit 0 big-endian, 1..2 page size, 3 anywhere in memory
};

/// Checks the magic number; refuses kernels before 3.17, which do not say how much memory they need.
InputResult<Image> read_image(Bytes bytes);

}  // namespace igvm::spec::linux_arm64
