/*
 * wrap_names: the functions of names.def. Some are variadic, and who called them is found by the return address: so nothing is put
 * between, and what the first call does before it goes on leaves no register changed.
 */
	.text
	.hidden real_names, libc_calls_tried, libc_calls_about_to
	.set row, 0

.macro WRAP name
	.globl \name
	.type \name, @function
	.balign 16
\name:
	.cfi_startproc
	endbr64
	cmpb	$0, libc_calls_tried(%rip)
	jne	1f
	call	first
1:	jmp	*real_names + 8 * row(%rip)
	.cfi_endproc
	.size \name, . - \name
	.set row, row + 1
.endm

/* Keeps all registers that hold arguments. */
	.type first, @function
	.balign 16
first:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_offset rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	.irp reg, rdi, rsi, rdx, rcx, r8, r9, rax
	pushq	%\reg
	.endr
	subq	$128, %rsp
	andq	$-16, %rsp
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	movups	%xmm\n, 16 * \n(%rsp)
	.endr
	call	libc_calls_about_to
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	movups	16 * \n(%rsp), %xmm\n
	.endr
	leaq	-56(%rbp), %rsp
	.irp reg, rax, r9, r8, rcx, rdx, rsi, rdi
	popq	%\reg
	.endr
	popq	%rbp
	.cfi_def_cfa rsp, 8
	ret
	.cfi_endproc
	.size first, . - first

#define NAME(name) WRAP name
#include "preload/names.def"

	.section .note.GNU-stack, "", @progbits
