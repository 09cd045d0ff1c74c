#include "linux_guest.hpp"

namespace igvm::test {
namespace {

Sample native(bool bad, void (*spoil)(Guest&)) {
    Guest guest(PlatformType::kNative);
    if (bad) spoil(guest);
    return guest.build();
}

Sample snp(bool bad, void (*spoil)(Guest&)) {
    Guest guest(PlatformType::kSnp);
    if (bad) spoil(guest);
    return guest.build();
}

Sample entry_loaded(bool bad) {
    return native(bad, [](Guest& guest) { guest.remove(Guest::kCode); });
}
Sample entry_executable(bool bad) {
    return native(bad,
                  [](Guest& guest) { guest.set_page(Guest::kCode, PageDataType::kNormal, kPageFlagShared); });
}
Sample entry_mapped(bool bad) {
    return native(bad, [](Guest& guest) { guest.set("rip", 0x40000000); });
}
Sample stack(bool bad) {
    return native(bad, [](Guest& guest) { guest.remove(Guest::kStack); });
}
Sample gdt(bool bad) {
    return native(bad, [](Guest& guest) { guest.set_segment("gdtr", {0, 0, 0x7F, Guest::kStack + 0xFC0}); });
}
Sample root(bool bad) {
    return native(bad, [](Guest& guest) { guest.set("cr3", 0x300000); });
}
Sample tables_mapped(bool bad) {
    return native(bad, [](Guest& guest) {
        guest.map(Guest::kTables + 0x2000, 0, (Guest::kTables + 0x10000) | 3);
        for (const std::uint64_t gpa : {Guest::kCode, Guest::kGdt, Guest::kStack})
            guest.map(Guest::kTables + 0x10000, gpa / kPageSize, gpa | 3);
    });
}
Sample encryption(bool bad) {
    return snp(bad, [](Guest& guest) { guest.map(Guest::kTables + 0x2000, 0, 0x83); });
}
Sample control_registers(bool bad) {
    return snp(bad, [](Guest& guest) { guest.set("efer", 0xD00); });
}

/// In real mode at 1 MiB: through the base of CS, or by its offset alone.
Sample entry_limit(bool bad) {
    Guest guest(PlatformType::kNative);
    for (const char* name : {"cr0", "cr3", "cr4", "efer", "rsp"}) guest.set(name, 0);
    guest.set_segment("gdtr", {});
    guest.set_segment("cs", {0, 0x9B, 0xFFFF, bad ? 0u : Guest::kCode - 0xF000});
    guest.set("rip", bad ? Guest::kCode : 0xF000);
    return guest.build();
}

/// Cases that point at the SUPPORTED_PLATFORM header.
Sample of_platform(Sample sample) {
    sample.offset = sizeof(FixedHeader);
    return sample;
}
Sample secrets(bool bad) {
    return of_platform(snp(bad, [](Guest& guest) { guest.remove(Guest::kSecrets); }));
}
Sample cpuid(bool bad) {
    return of_platform(snp(bad, [](Guest& guest) { guest.remove(Guest::kCpuid); }));
}
Sample reset_page(bool bad) {
    RawImage image = image_for(PlatformType::kTdx);
    image.add(page(bad ? 0x1000 : 0xFFFFF000));
    return {image.build(), sizeof(FixedHeader)};
}

Sample linux_working_memory(bool bad) {
    LinuxGuest guest(bad ? 0x4FFFF9 : 0x500000);
    guest.set_page(0x4FF000);
    guest.set_page(0x500000);
    return guest.build();
}
Sample linux_boot_data(bool bad) { return LinuxGuest(0x200FF8, bad ? 0x201000 : 0x200FFF).build(); }
Sample linux_memory_map(bool bad) {
    LinuxGuest guest;
    guest.set_memory(1, 0x100000, bad ? 0x3FFFFF : 0x400000);
    return guest.build();
}

constexpr Case kCases[] = {
    {Rule::kEntryPointLoaded, entry_loaded},
    {Rule::kEntryPointExecutable, entry_executable},
    {Rule::kEntryPointMapped, entry_mapped},
    {Rule::kStackPresent, stack},
    {Rule::kGdtPresent, gdt},
    {Rule::kPageTableRoot, root},
    {Rule::kPageTablesMapped, tables_mapped},
    {Rule::kEncryptionBit, encryption},
    {Rule::kControlRegisters, control_registers},
    {Rule::kSecretsPage, secrets},
    {Rule::kCpuidPage, cpuid},
    {Rule::kTdxResetPage, reset_page},
    {Rule::kLinuxWorkingMemory, linux_working_memory},
    {Rule::kLinuxBootData, linux_boot_data},
    {Rule::kLinuxMemoryMap, linux_memory_map},
    {Rule::kEntryPointLimit, entry_limit},
};

}  // namespace

std::span<const Case> guest_state_cases() { return kCases; }

}  // namespace igvm::test
