/*
 * vfork: the system call itself, since it returns twice on one stack. Nothing of ours may stand there when the child runs, which
 * writes over all below: the return address and what vfork_begins returned are kept in registers, which are the parent's own when
 * it goes on.
 */
#include <sys/syscall.h>

	.text
	.globl vfork, __vfork
	.type vfork, @function
	.type __vfork, @function
vfork:
__vfork:
	.cfi_startproc
	endbr64
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	vfork_begins
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	movq	%rdx, %r8
	movq	%rax, %rdx
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rsi
	movl	$SYS_vfork, %eax
	syscall
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	.cfi_offset %rip, -8
	testq	%rax, %rax
	jz	1f
	movq	%rax, %rdi
	movq	%r8, %rcx
	jmp	vfork_returned
1:	ret
	.cfi_endproc
	.size vfork, . - vfork
	.size __vfork, . - __vfork

	.section .note.GNU-stack, "", @progbits
