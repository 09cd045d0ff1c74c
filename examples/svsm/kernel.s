# A stand-in for a secure VM service module: position independent; its heap is BSS.

        .globl  _start
        .text
_start:
1:      hlt
        jmp     1b

        .data
        .balign 8
        .quad   _start

        .bss
        .skip   0x8000
