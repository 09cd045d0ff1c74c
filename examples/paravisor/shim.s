# A stand-in for a paravisor's boot shim: position independent, with one pointer that must be relocated.

        .globl  _start
        .text
_start:
        lea     message(%rip), %rdi
        cmp     %rdi, pointer(%rip)             # the loader of the ELF file made them equal
        jne     .
1:      hlt
        jmp     1b

        .section .rodata
message:
        .asciz  "boot shim"

        .data
        .balign 8
pointer:
        .quad   message

        .bss
        .skip   4096
