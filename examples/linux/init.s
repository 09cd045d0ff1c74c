# The first process of the guest: prints a line, waits until it is out, and leaves through the isa-debug-exit port.

        .set    SYS_write, 1
        .set    SYS_ioctl, 16
        .set    SYS_reboot, 169
        .set    SYS_ioperm, 173
        .set    TCSBRK, 0x5409                  # with 1: wait until all output is written
        .set    EXIT_PORT, 0xf4
        .set    EXIT_CODE, 0x2a

        .globl  _start
_start:
        mov     $SYS_write, %eax
        mov     $1, %edi
        lea     line(%rip), %rsi
        mov     $line_size, %edx
        syscall
        mov     $SYS_ioctl, %eax
        mov     $1, %edi
        mov     $TCSBRK, %esi
        mov     $1, %edx
        syscall
        mov     $SYS_ioperm, %eax
        mov     $EXIT_PORT, %edi
        mov     $4, %esi
        mov     $1, %edx
        syscall
        mov     $EXIT_CODE, %eax
        out     %eax, $EXIT_PORT
        mov     $SYS_reboot, %eax               # no such device: power off
        mov     $0xfee1dead, %edi
        mov     $0x28121969, %esi
        mov     $0x4321fedc, %edx
        syscall
        hlt

line:   .ascii  "Hello from Linux\n"
        .set    line_size, . - line
