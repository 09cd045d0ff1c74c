# The long-mode form: the VP context enters here in 64-bit mode. The spec supplies page tables, a GDT (code at 0x08,
# data at 0x10) and a stack; all three are used, so a wrong one stops the guest before it prints.

.include "print_and_exit.inc"

.set CODE_SELECTOR, 0x08
.set DATA_SELECTOR, 0x10

.code64
.text
start:
    cld
    mov $DATA_SELECTOR, %eax
    mov %eax, %ds
    mov %eax, %ss
    lea main(%rip), %rax
    push $CODE_SELECTOR
    push %rax
    lretq                       # loads CS from the GDT
main:
    lea message(%rip), %rsi
    print_and_exit
message:
    .asciz "Hello from long mode\r\n"
