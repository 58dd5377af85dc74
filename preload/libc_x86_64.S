/*
 * libc_x86_64: the stubs that libc's replaced instructions jump to, and the handlers behind them.
 *
 * A system call destroys rcx and r11, so both are free on either side of it; nothing else is, vector registers included: the
 * compiler keeps values in them across a system call. The 128 bytes below the stack pointer may be in use (System V ABI, red zone).
 *
 * Whoever unwinds from here (a thread is cancelled, asynchronously, while it runs our code) finds libc's own frame at the address
 * where we go on: r11 holds the hook, which begins with that address. At the first instruction of a stub, which is to load it, the hook is where
 * that instruction's operand says.
 */
#include "preload/libc_hook.h"

#define RA_AT_RESUME       .cfi_escape 0x10, 0x10, 0x02, 0x7b, HOOK_RESUME
#define RA_AT_RESUME_LEAVE .cfi_escape 0x10, 0x10, 0x02, 0x7b, HOOK_RESUME_LEAVE

/*
 * rip + 7 + the operand, which lies at rip + 3 and is not negative, for what is written to lies behind the code: breg16 3, deref,
 * const4s 0x7fffffff, and, breg16 7 + resume, plus. Valgrind says aloud that it does not know deref_size.
 */
#define RA_AT_LEAQ(resume) \
	.cfi_escape 0x10, 0x10, 0x0c, 0x80, 0x03, 0x06, 0x0d, 0xff, 0xff, 0xff, 0x7f, 0x1a, 0x80, 0x07 + resume, 0x22

/* What libc_direct.c writes to, and more than fits into a byte, so that it has four. */
#define WRITTEN 0x7fffffff
#define JMP     0xe9
#define NOP     0x90

	.text
	.hidden libc_hooks, libc_self, fd_low, fd_chunks, libc_wants, libc_enters, libc_awaits, libc_leaves

.macro RA_ENTER
	RA_AT_RESUME
.endm
.macro RA_LEAVE
	RA_AT_RESUME_LEAVE
.endm

/* Unwinders look one byte before a return address, where in front of a function is another one, or none; but not behind a signal's frame. */
.macro GOES_ON_AT_A_FUNCTION
	.cfi_signal_frame
.endm

/* How each stub begins. */
.macro ENTER_BY hook
	RA_AT_LEAQ(HOOK_RESUME)
	leaq	libc_hooks + \hook * HOOK_SIZE(%rip), %r11
	RA_ENTER
.endm
.macro LEAVE_BY hook
	RA_AT_LEAQ(HOOK_RESUME_LEAVE)
	leaq	libc_hooks + \hook * HOOK_SIZE(%rip), %r11
	RA_LEAVE
.endm

/* A direct jump to the handler: behind a system call the processor has mostly forgotten where an indirect one leads. */
.macro STUBS name, begin
	.globl libc_\name
	.hidden libc_\name
	.type libc_\name, @function
	.balign STUB_SIZE
libc_\name:
	.cfi_startproc
	.ifc \name, enter_cancel
	GOES_ON_AT_A_FUNCTION
	.endif
	.cfi_def_cfa rsp, 0
	.set hook, 0
	.rept HOOKS
	.balign STUB_SIZE
	\begin	hook
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
	STUBS \name, LEAVE_BY
	.endr
	.irp name, enter_cancel, enter_final_eax, enter_final_edx, enter_final_esi
	STUBS \name, ENTER_BY
	.endr

/*
 * A site that takes any descriptor, the entry and what follows the system call. Most of these calls are of files, so they touch no memory
 * of ours but the flags of descriptors, and jump back by themselves: behind a system call the processor has mostly forgotten where an indirect
 * jump leads, and finds each page anew. libc_direct.c writes in what is the site's own.
 */
	.globl libc_direct
	.hidden libc_direct
	.type libc_direct, @function
	.section .text.libc_direct, "ax", @progbits
	.balign 64
libc_direct:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	.set hook, 0
	.rept HOOKS
9:	ENTER_BY hook
	leaq	fd_low(%rip), %rcx
	cmpl	$1 << FD_CHUNK_BITS, %edi
	jae	enter_file
	movl	%edi, %eax
	cmpb	$0, (%rcx, %rax)
	jne	2f
	.org	9b + DIRECT_NR - 1, NOP
3:	movl	$WRITTEN, %eax
	.org	9b + DIRECT_RESUME - 1, NOP
	.byte	JMP
	.long	WRITTEN

	/* One that takes none, or two, is always asked about. */
	.org	9b + DIRECT_ANY, NOP
	ENTER_BY hook
	jmp	2f

	/* With no call in progress that was recorded there is nothing to do but the comparison. */
	.org	9b + DIRECT_LEAVE, NOP
	LEAVE_BY hook
	.org	9b + DIRECT_LEAVE_SELF - 4, NOP
	cmpl	$0, %fs:WRITTEN
	jne	leave_late
	.org	9b + DIRECT_LEAVE_IMM - 2, NOP
	cmpq	$WRITTEN, %rax
	/*
	 * Measured: on an AMD EPYC each call takes 100 ns longer without this jump, and no longer with two, three or four, wherever in
	 * here they stand. So it is no matter of places; something foretells the `ret` behind two jumps wrongly, and behind three rightly.
	 */
	jmp	1f
1:
	.org	9b + DIRECT_LEAVE_RESUME - 1, NOP
	.byte	JMP
	.long	WRITTEN

	/*
	 * The system call that a wrapper of ours on this very stack is about is recorded by that: libc_wants would say so, too, but needs nine
	 * registers saved. Less than what it takes for the same is left to it.
	 */
	.org	9b + DIRECT_EXPECTED, NOP
	RA_ENTER
2:	movq	libc_self@gottpoff(%rip), %rcx
	movq	%fs:EXPECTED_FRAME(%rcx), %rax
	subq	%rsp, %rax
	cmpq	$LIBC_NEAR, %rax
	jae	4f
	movzbl	HOOK_CALL(%r11), %eax
	cmpl	%eax, %fs:EXPECTED_CALL(%rcx)
	jne	4f
	cmpl	%edi, %fs:EXPECTED_ARGS(%rcx)
	jne	4f
	cmpb	$1, HOOK_ARGS(%r11)
	jb	4f
	je	5f
	cmpl	%esi, %fs:EXPECTED_ARGS + 4(%rcx)
	jne	4f
	cmpl	%edx, %fs:EXPECTED_ARGS + 8(%rcx)
	jne	4f
5:	movq	$0, %fs:EXPECTED_FRAME(%rcx)
	jmp	3b
4:	jmp	enter_any
	.org	9b + DIRECT_SIZE, NOP
	.set hook, hook + 1
	.endr
	.cfi_endproc
	.size libc_direct, . - libc_direct
	.text

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

/* A descriptor above the table of the lowest. */
	BEGIN enter_file, RA_ENTER
	movl	%edi, %eax
	shrl	$FD_CHUNK_BITS, %eax
	cmpl	$FD_CHUNKS_MAX, %eax
	jae	2f
	leaq	fd_chunks(%rip), %rcx
	movq	(%rcx, %rax, 8), %rcx
	testq	%rcx, %rcx
	jz	2f
	movl	%edi, %eax
	andl	$(1 << FD_CHUNK_BITS) - 1, %eax
	cmpb	$0, (%rcx, %rax)
	jne	enter_any
2:	movl	HOOK_NR(%r11), %eax
	jmp	*HOOK_RESUME(%r11)
	END enter_file

	.section .text.libc_enter_any, "ax", @progbits
	BEGIN enter_any, RA_ENTER
	ENTER %r10
	movl	HOOK_NR(%r11), %eax
	jmp	*HOOK_RESUME(%r11)
	END enter_any
	.text

	BEGIN enter_cancel, RA_ENTER
	GOES_ON_AT_A_FUNCTION
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

/* Like that of a direct stub. */
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
