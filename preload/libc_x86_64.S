/*
 * libc_x86_64: the stubs that libc's replaced instructions jump to, and the handlers behind them.
 *
 * A system call destroys rcx and r11, so both are free on either side of it; nothing else is, vector registers included: the
 * compiler keeps values in them across a system call. The 128 bytes below the stack pointer may be in use (System V ABI, red zone).
 *
 * Whoever unwinds from here (a thread is cancelled, asynchronously, while it runs our code) finds libc's own frame at the address
 * where we go on: r11 holds the hook, which begins with that address. Only at the first instruction of a stub is this not known.
 */
#include "preload/libc_hook.h"

#define RA_AT_RESUME       .cfi_escape 0x10, 0x10, 0x02, 0x7b, HOOK_RESUME
#define RA_AT_RESUME_LEAVE .cfi_escape 0x10, 0x10, 0x02, 0x7b, HOOK_RESUME_LEAVE

	.text
	.hidden libc_hooks, libc_self, fd_low, fd_chunks, libc_wants, libc_enters, libc_awaits, libc_leaves

.macro RA_ENTER
	RA_AT_RESUME
.endm
.macro RA_LEAVE
	RA_AT_RESUME_LEAVE
.endm

/* A direct jump to the handler: behind a system call the processor has mostly forgotten where an indirect one leads. */
.macro STUBS name, ra
	.globl libc_\name
	.hidden libc_\name
	.type libc_\name, @function
	.balign STUB_SIZE
libc_\name:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	.set hook, 0
	.rept HOOKS
	.balign STUB_SIZE
	.cfi_undefined rip
	leaq	libc_hooks + hook * HOOK_SIZE(%rip), %r11
	\ra
	jmp	\name
	.set hook, hook + 1
	.endr
	.cfi_endproc
	.size libc_\name, . - libc_\name
.endm

	.globl libc_stubs, libc_stubs_end
	.hidden libc_stubs, libc_stubs_end
libc_stubs:
	.irp name, leave32, leave_late, leave_late32
	STUBS \name, RA_LEAVE
	.endr
	.irp name, enter_any, enter_cancel, enter_final_eax, enter_final_edx, enter_final_esi
	STUBS \name, RA_ENTER
	.endr
/* What each call on a file runs lies together: where pages are found slowly, in a virtual machine, each further one cost a tenth of a call. */
	.balign 4096
	STUBS enter_file, RA_ENTER
	STUBS leave, RA_LEAVE

.macro BEGIN name, ra
	.type \name, @function
	.balign 16
\name:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	\ra
.endm

.macro END name
	.cfi_endproc
	.size \name, . - \name
.endm

.macro SAVE_VECTORS
	subq	$256, %rsp
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	%xmm\n, 16 * \n(%rsp)
	.endr
.endm

.macro RESTORE_VECTORS
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	16 * \n(%rsp), %xmm\n
	.endr
.endm

/* Below the red zone: where we go on, the hook, rbp; then what follows, rbp being the frame. */
.macro OPEN resume
	leaq	-128(%rsp), %rsp
	.cfi_def_cfa_offset 128
	pushq	\resume(%r11)
	.cfi_def_cfa_offset 136
	.cfi_offset rip, -136
	pushq	%r11
	.cfi_def_cfa_offset 144
	pushq	%rbp
	.cfi_def_cfa_offset 152
	.cfi_offset rbp, -152
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
.endm

.macro CLOSE ra
	popq	%rbp
	.cfi_restore rbp
	.cfi_def_cfa rsp, 144
	popq	%r11
	.cfi_def_cfa_offset 136
	\ra
	leaq	136(%rsp), %rsp
	.cfi_def_cfa_offset 0
.endm

/* `fourth` is where the fourth argument is: in r10 for the kernel, in rcx for a function. */
.macro ENTER fourth
	OPEN HOOK_RESUME
	pushq	%r9
	pushq	%r8
	pushq	\fourth
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	andq	$-16, %rsp
	movq	%r11, %rdi
	leaq	-48(%rbp), %rsi
	leaq	152(%rbp), %rdx
	movq	(%rbp), %rcx
	call	libc_wants
	testb	%al, %al
	jz	1f
	SAVE_VECTORS
	movq	8(%rbp), %rdi
	leaq	-48(%rbp), %rsi
	leaq	152(%rbp), %rdx
	movq	(%rbp), %rcx
	call	libc_enters
	RESTORE_VECTORS
1:	leaq	-48(%rbp), %rsp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	\fourth
	popq	%r8
	popq	%r9
	CLOSE RA_ENTER
.endm

/* A call that takes any descriptor: what is no socket passes without touching memory of ours but the table of descriptors. */
	BEGIN enter_file, RA_ENTER
	movl	%edi, %eax
	leaq	fd_low(%rip), %rcx
	shrl	$FD_CHUNK_BITS, %eax
	jz	1f
	cmpl	$FD_CHUNKS_MAX, %eax
	jae	2f
	leaq	fd_chunks(%rip), %rcx
	movq	(%rcx, %rax, 8), %rcx
	testq	%rcx, %rcx
	jz	2f
1:	movl	%edi, %eax
	andl	$(1 << FD_CHUNK_BITS) - 1, %eax
	leaq	(%rax, %rax, 4), %rax
	cmpl	$0, FD_ENTRY_FLAGS(%rcx, %rax, 8)
	jne	enter_any
2:	movl	HOOK_NR(%r11), %eax
	jmp	*HOOK_RESUME(%r11)
	END enter_file

/* With no call in progress that was recorded there is nothing to do but the comparison. */
	BEGIN leave, RA_LEAVE
	movq	libc_self@gottpoff(%rip), %rcx
	cmpl	$0, %fs:(%rcx)
	jne	leave_late
	cmpq	HOOK_LEAVE_IMM(%r11), %rax
	jmp	*HOOK_RESUME_LEAVE(%r11)
	END leave

	BEGIN enter_any, RA_ENTER
	ENTER %r10
	movl	HOOK_NR(%r11), %eax
	jmp	*HOOK_RESUME(%r11)
	END enter_any

	BEGIN enter_cancel, RA_ENTER
	ENTER %rcx
	jmp	*HOOK_RESUME(%r11)
	END enter_cancel

	.irp reg, eax, edx, esi
	BEGIN enter_final_\reg, RA_ENTER
	ENTER %r10
	movl	HOOK_NR(%r11), %\reg
	jmp	*HOOK_RESUME(%r11)
	END enter_final_\reg
	.endr

.macro LEAVE
	OPEN HOOK_RESUME_LEAVE
	pushq	%rax
	pushq	%r9
	pushq	%r8
	pushq	%r10
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	andq	$-16, %rsp
	movq	%r11, %rdi
	leaq	-56(%rbp), %rsi
	leaq	152(%rbp), %rdx
	call	libc_awaits
	testb	%al, %al
	jz	1f
	SAVE_VECTORS
	movq	8(%rbp), %rdi
	leaq	-56(%rbp), %rsi
	leaq	152(%rbp), %rdx
	movq	-8(%rbp), %rcx
	call	libc_leaves
	RESTORE_VECTORS
1:	leaq	-56(%rbp), %rsp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%r10
	popq	%r8
	popq	%r9
	popq	%rax
	CLOSE RA_LEAVE
.endm

	BEGIN leave_late, RA_LEAVE
	LEAVE
	cmpq	HOOK_LEAVE_IMM(%r11), %rax
	jmp	*HOOK_RESUME_LEAVE(%r11)
	END leave_late

	BEGIN leave32, RA_LEAVE
	movq	libc_self@gottpoff(%rip), %rcx
	cmpl	$0, %fs:(%rcx)
	jne	leave_late32
	cmpl	HOOK_LEAVE_IMM(%r11), %eax
	jmp	*HOOK_RESUME_LEAVE(%r11)
	END leave32

	BEGIN leave_late32, RA_LEAVE
	LEAVE
	cmpl	HOOK_LEAVE_IMM(%r11), %eax
	jmp	*HOOK_RESUME_LEAVE(%r11)
	END leave_late32

libc_stubs_end:

	.section .note.GNU-stack, "", @progbits
