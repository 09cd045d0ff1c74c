# The reset-vector form: one page that ends at 4 GiB. The CPU starts in 16-bit mode at F000:FFF0 with the base of CS
# at 0xFFFF0000, so this page is CS:F000 to CS:FFFF. Near jumps keep that base; a far jump would lose it.

.include "print_and_exit.inc"

.set PAGE, 0xf000               # where this page begins in CS

.code16
.text
start:
    cld
    mov $PAGE + message - start, %si
    print_and_exit
message:
    .asciz "Hello from the reset vector\r\n"

.org 0xff0, 0xf4                # the gap is filled with HLT
reset_vector:
    jmp start
.org 0x1000, 0xf4
