// A stand-in for an arm64 kernel: the Image header (Linux Documentation/arch/arm64/booting.rst) and a loop.

        .globl  _start
_start:
        b       code
        nop
        .quad   0                       // text_offset
        .quad   end - _start            // image_size
        .quad   0xa                     // flags: little-endian, 4K pages, anywhere in memory
        .quad   0, 0, 0
        .ascii  "ARM\x64"
        .long   0
code:
        wfi
        b       code
        .balign 4096
end:
