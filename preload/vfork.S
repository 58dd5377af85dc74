/*
 * vfork: mark the thread and jump to the real one. It must be a jump: vfork returns twice on one stack, and a frame of ours
 * would be gone at the second return (vfork(2)).
 */
#include <sys/syscall.h>

#define THREAD_VFORKED 20 /* state.h asserts it */

	.text
	.globl vfork, __vfork
	.type vfork, @function
	.type __vfork, @function
vfork:
__vfork:
	.cfi_startproc
	endbr64
	movq	self@gottpoff(%rip), %rax
	movl	$1, %fs:THREAD_VFORKED(%rax)
	movq	real_vfork(%rip), %rax
	testq	%rax, %rax
	jz	1f
	jmp	*%rax
1:	/* Before the shim has started: the system call, its return address kept where the child cannot overwrite it. */
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	movl	$SYS_vfork, %eax
	syscall
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	ret
	.cfi_endproc
	.size vfork, . - vfork

	.section .note.GNU-stack, "", @progbits
