/* own_stack: room for what takes more of a stack than programs leave on theirs. */
#include "preload/own_stack.h"

#include "preload/mem.h"
#include "preload/sys.h"

enum { SIZE = 32 << 10 };

/* A call keeps %rbx, in which the old stack waits; `top` is aligned to 16 bytes, as the psABI has it before a call. */
static void call_on(char *top, void (*work)(void *), void *ctx)
{
	__asm__ volatile("movq %%rsp, %%rbx\n\t"
			 "movq %[top], %%rsp\n\t"
			 "call *%[work]\n\t"
			 "movq %%rbx, %%rsp"
			 : "+D"(ctx)
			 : [top] "r"(top), [work] "r"(work)
			 : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3",
			   "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
			   "xmm15", "memory", "cc");
}

void own_stack_run(void (*work)(void *ctx), void *ctx)
{
	char *stack = mem_is_on_valgrind() ? NULL : mem_pages(SIZE);

	if (!stack) {
		work(ctx);
		return;
	}
	call_on(stack + SIZE, work, ctx);
	sys_munmap(stack, SIZE);
}
