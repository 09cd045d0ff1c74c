# How QEMU's CPU gets from its reset state into a given VP context: through system management mode, whose RSM loads
# every register at once, with the hidden parts of the segments and in any mode. Source: AMD APM volume 2, chapter 10.
#
# The page lies twice in memory: as the end of the BIOS, where reset_vector runs, and at 0x38000, where the CPU enters
# system management mode after reset. The page behind that copy holds the state to load.

.set PCI_ADDRESS, 0xcf8
.set PIIX4_PM_DEVACTB, 0x80000b58       # bus 0, device 1, function 3, register 0x58
.set DEVACTB_APMC_BYTE, 0xcff           # its last byte; bit 1 lets a write to the APM port raise an SMI
.set APMC_ENABLE, 2
.set APM_CONTROL, 0xb2

.set STATE_TO_LOAD, 0x39000
.set SAVE_AREA, 0x3fe00                 # SMBASE + 0xfe00, at reset
.set SAVE_AREA_SIZE, 0x200

.code16
.text
management_mode_entry:
    cld
    mov $STATE_TO_LOAD, %esi
    mov $SAVE_AREA, %edi
    mov $SAVE_AREA_SIZE, %ecx
    addr32 rep movsb
    rsm

start:
    mov $PCI_ADDRESS, %dx
    mov $PIIX4_PM_DEVACTB, %eax
    out %eax, (%dx)
    mov $DEVACTB_APMC_BYTE, %dx
    mov $APMC_ENABLE, %al
    out %al, (%dx)
    out %al, $APM_CONTROL               # the interrupt arrives here, and its RSM does not come back
halt:
    hlt
    jmp halt

.org 0xff0, 0xf4
reset_vector:
    jmp start
.org 0x1000, 0xf4
