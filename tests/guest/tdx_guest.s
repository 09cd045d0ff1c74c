# What a TDX trampoline leads to: the entry point of the first processor, and 256 bytes behind it that of the others.
# The stack, the registers and the GDT of the spec are used, so a wrong one stops the guest before it prints.

.include "../../examples/hello/print_and_exit.inc"

.set CODE_SELECTOR, 0x08
.set EXPECTED_RSI, 0x1111
.set EXPECTED_RDI, 0x2222
.set CR4_PGE, 7                 # the bit that the spec asks for

.code64
.text
start:
    cld
    cmp $EXPECTED_RSI, %rsi
    jne halt
    cmp $EXPECTED_RDI, %rdi
    jne halt
    mov %cr4, %rax
    bt $CR4_PGE, %rax
    jnc halt
    lea main(%rip), %rax
    push $CODE_SELECTOR
    push %rax
    lretq                       # loads CS from the GDT
main:
    lea message(%rip), %rsi
    jmp print
.org 0x100
woken:
    lea woken_message(%rip), %rsi
print:
    print_and_exit
message:
    .asciz "Hello from the trampoline\r\n"
woken_message:
    .asciz "Woken through the mailbox\r\n"
