# A stand-in for a paravisor's kernel, linked to a fixed address.

        .globl  _start
        .text
_start:
1:      hlt
        jmp     1b
