/*
 * stack: the chain of frame pointers. The shim is compiled with them, programs are at -O0 or with -fno-omit-frame-pointer;
 * where one is without, the chain ends or skips a caller. Unwinding by tables would allocate and lock.
 */
#include "preload/stack.h"

#include "preload/mem.h"
#include "preload/modules.h"
#include "preload/state.h"

struct link {
	const struct link *up;
	uint64_t ret;
};

/* Where the linker has put us. */
extern const char __ehdr_start[] __attribute__((visibility("hidden"))), _end[] __attribute__((visibility("hidden")));

bool stack_is_ours(uint64_t pc)
{
	return pc - (uint64_t)__ehdr_start < (uint64_t)(_end - __ehdr_start);
}

/* Our own functions have frame pointers, but for those in assembler: a link is read with care, and none followed beyond us. */
__attribute__((noinline)) void stack_begin(struct frame *f)
{
	const struct link *at = __builtin_frame_address(0);
	const void *live = at;
	struct link link;

	f->callers = NULL;
	while (mem_take(live, &link, at, sizeof link) == sizeof link) {
		if (link.ret == f->pc)
			f->callers = link.up;
		if (!stack_is_ours(link.ret) || link.up <= at)
			break;
		live = at;
		at = link.up;
	}
}

/* Return addresses into pcs, the call's own first. Returns how many. */
static unsigned walk(const struct frame *f, uint64_t *pcs)
{
	const struct link *at = f->callers;
	const void *live = f;
	struct link link;
	unsigned n = 0;

	pcs[n++] = f->pc;
	while (at && n < shim.stack_max && mem_take(live, &link, at, sizeof link) == sizeof link && link.ret) {
		pcs[n++] = link.ret;
		if (link.up <= at) /* frames of callers lie further up */
			break;
		live = at;
		at = link.up;
	}
	return n;
}

void stack_note(struct slot *s, const struct frame *f)
{
	uint64_t pcs[STACK_MAX];
	unsigned n = shim.stack_max ? walk(f, pcs) : 0;

	for (unsigned i = 0; i < n; i++)
		modules_note(s, pcs[i]);
}

void stack_put(struct json *j, const struct frame *f)
{
	uint64_t pcs[STACK_MAX];
	unsigned n = shim.stack_max ? walk(f, pcs) : 0;

	if (!n)
		return;
	json_put(j, ",\"stack\":[");
	for (unsigned i = 0; i < n; i++) {
		if (i)
			json_put(j, ",");
		json_pc(j, pcs[i]);
	}
	json_put(j, "]");
}
