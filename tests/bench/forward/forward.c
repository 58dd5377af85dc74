/*
 * forward: a preload that stands before some functions and does nothing but go on to them: what is lost by being called at all, and the
 * least that any shim can add.
 */
#include <dlfcn.h>
#include <stddef.h>

/* A jump, not a call: the arguments stay where they are, and the real function returns to the program. */
#define FORWARD(name)                                                                                                  \
	static void *forward_to_##name __attribute__((used));                                                          \
	__asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ": jmp *forward_to_" #name "(%rip)\n"    \
		".size " #name ", . - " #name "\n");

#define FUNCTIONS(X) X(getsockname) X(send) X(recv) X(read) X(write) X(connect) X(accept) X(socket) X(close)

FUNCTIONS(FORWARD)

#define FIND(name) forward_to_##name = dlsym(RTLD_NEXT, #name);

__attribute__((constructor)) static void find(void)
{
	FUNCTIONS(FIND)
}
