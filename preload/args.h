/* args.h: a call's arguments as JSON, kind by kind. */
#ifndef PRELOAD_ARGS_H
#define PRELOAD_ARGS_H

#include "preload/json.h"
#include "preload/mem.h"
#include "preload/record.h"

/* `"args":{...}`. What it points to is read with care: the kernel may have refused it, or not have looked yet. */
void args_put(struct json *j, const struct frame *f);

long args_find(const struct frame *f, enum arg_kind kind);

/* The value of the argument of this kind, `otherwise` if the call has none. */
static inline long args_get(const struct frame *f, enum arg_kind kind, long otherwise)
{
	return call_table[f->call].kinds & 1ull << kind ? args_find(f, kind) : otherwise;
}

/* The end of the frame that is nearer to `at`: it may lie in two pages. */
static inline const void *args_near(const struct frame *f, const void *at)
{
	return at > (const void *)f ? (const char *)(f + 1) - 1 : (const char *)f;
}

/* Copy from what the program passes a pointer to, before the kernel has accepted it: mem_take_again. */
static inline size_t args_take(const struct frame *f, void *to, const void *from, size_t len)
{
	return mem_take_again(args_near(f, from), to, from, len);
}

struct msghdr;

/* The address in a message that is sent, or null; nothing where it cannot be read. */
void args_put_name(struct json *j, const struct frame *f, const struct msghdr *msg);

/* Of a call with one of these kinds: the length that a value-result argument has now, INT_MIN where it cannot be read: the
 * call will overwrite it. */
#define LENGTH_KINDS (1ull << KIND_ADDRLEN_IO | 1ull << KIND_MSG_OUT)
int args_length(const struct frame *f);

#endif
