// QEMU, without its IGVM loader, as the machine of a native guest.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "guest.hpp"

namespace igvm::guest {

bool qemu_is_installed();

/// The CPU starts from its architectural reset state; `pages` are the BIOS.
/// Throws std::runtime_error when a page lies outside the last 16 MiB below 4 GiB.
Outcome run_from_reset(const Pages& pages);

/// The same for UEFI firmware, whose shell finds `startup_script` on a disk. Below 1 MiB the machine shows
/// the firmware's last 128 KiB; pages there must be the same, or std::runtime_error is thrown.
Outcome run_firmware(const Pages& pages, std::string_view startup_script);

/// Memory holds `start.pages`, the CPU starts with every register of `start.context`, hidden parts of the
/// segments included (`enter_context.s` tells how). Throws std::runtime_error when a page lies outside the
/// RAM from 1 to 256 MiB.
Outcome run_from_context(const GuestStart& start);

/// The same for a guest that begins in the page below 4 GiB, in whatever state `start.context` says. The page
/// is ROM. Throws std::runtime_error when its last 16 bytes do not begin with a 32-bit near jump, or when the
/// fill before the jump's target is shorter than 16 bytes.
Outcome run_from_last_page(const GuestStart& start);

/// What the CPU holds after reset and before its first instruction, by QEMU's names: EAX…, EIP, EFL, CR0,
/// EFER; "GDT base", "GDT limit" and so for IDT; CS, DS….
struct ResetState {
    std::map<std::string, std::uint64_t> registers;
    std::map<std::string, NativeSegment> segments;
};
ResetState reset_state();

}  // namespace igvm::guest
