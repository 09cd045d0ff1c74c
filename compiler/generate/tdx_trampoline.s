# The page that a TDX guest starts in, for guest physical address 0xFFFFF000. Every virtual processor begins at
# 0xFFFFFFF0 in 32-bit protected mode with flat segments and paging off, its index in ESI; EFER.LME is set already, and
# must not be written then. Source: Intel TDX Module Base Architecture Specification, "Initial State of Guest VCPU".
#
# Processor 0 enters long mode and goes to the entry point. The others wait in long mode for the mailbox, which has the
# layout of the ACPI multiprocessor wakeup structure: a command of 1 with a processor's index sends it to the vector.
# RBX, RCX and R8 stay as the TDX module gave them.

.set PAGE, 0xfffff000
.set FILL, 0xcc                         # int3

.set CODE_SELECTOR, 0x08
.set DATA_SELECTOR, 0x10

.set CR0_PG, 0x80000000
.set CR4_PAE, 0x20
.set MSR_EFER, 0xc0000080
.set EFER_LME_BIT, 8

.set MAILBOX_WAKE_UP, 1

.code32
.text
page:
mailbox_command:    .word 0
                    .word 0
mailbox_processor:  .long 0
mailbox_vector:     .quad 0

# TrampolineParameters of tdx_trampoline.hpp.
.org 0x10
entry:              .quad 0
cr3:                .quad 0             # below 4 GiB
rsp:                .quad 0
rsi:                .quad 0
rdi:                .quad 0
cr4:                .long 0             # bits to set beside PAE
guest_gdt:          .word 0             # limit; 0: the guest stays with the descriptors below
                    .quad 0             # base

.balign 8, 0
descriptors:        .quad 0
                    .quad 0x00af9b000000ffff        # code, 64 bits
                    .quad 0x00cf93000000ffff        # data
descriptors_end:
descriptors_gdt:    .word descriptors_end - descriptors - 1
                    .long PAGE + (descriptors - page)

.org 0x80, FILL
start:
    cli
    lgdt PAGE + (descriptors_gdt - page)
    mov %cr4, %eax
    or $CR4_PAE, %eax
    or PAGE + (cr4 - page), %eax
    mov %eax, %cr4
    mov PAGE + (cr3 - page), %eax
    mov %eax, %cr3
    mov %ecx, %ebp
    mov $MSR_EFER, %ecx
    rdmsr
    bts $EFER_LME_BIT, %eax
    jc paging_on
    wrmsr
paging_on:
    mov %ebp, %ecx
    mov %cr0, %eax
    or $CR0_PG, %eax
    mov %eax, %cr0
    ljmp $CODE_SELECTOR, $(PAGE + (long_mode - page))

.code64
long_mode:
    cmpw $0, guest_gdt(%rip)
    je load_segments
    lgdt guest_gdt(%rip)
load_segments:
    mov $DATA_SELECTOR, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %fs
    mov %eax, %gs
    mov %eax, %ss
    test %esi, %esi
    jnz wait_for_command
    mov rsp(%rip), %rsp
    mov rsi(%rip), %rsi
    mov rdi(%rip), %rdi
    jmp *entry(%rip)

wait_for_command:
    pause
    cmpw $MAILBOX_WAKE_UP, mailbox_command(%rip)
    jne wait_for_command
    cmp mailbox_processor(%rip), %esi
    jne wait_for_command
    mov mailbox_vector(%rip), %rax
    movw $0, mailbox_command(%rip)      # tells the sender that the processor is on its way
    jmp *%rax

.code32
.org 0xff0, FILL
reset_vector:
    jmp start
.org 0x1000, FILL
