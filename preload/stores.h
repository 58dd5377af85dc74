/*
 * stores.h: stores to a mapped file in an order that holds whenever the program is killed: x86-64 lets no store pass another, and each is one
 * instruction.
 */
#ifndef PRELOAD_STORES_H
#define PRELOAD_STORES_H

#include <stddef.h>

typedef char vec16 __attribute__((vector_size(16), aligned(1), may_alias));

/*
 * Sixteen bytes in one instruction: a signal, SIGKILL too, comes before or after it, never within. The memory clobber
 * keeps the compiler from moving other stores across.
 */
static inline void stores_16(char *to, const char *from)
{
	__asm__ volatile("movups %1, %0" : "=m"(*(vec16 *)to) : "x"(*(const vec16 *)from) : "memory");
}

/* The same among its like: they stay in this order, other stores may pass. */
static inline void stores_next16(char *to, const char *from)
{
	__asm__ volatile("movups %1, %0" : "=m"(*(vec16 *)to) : "x"(*(const vec16 *)from));
}

/* Upwards, exactly len bytes, len at least 16: the last step overlaps the one before. */
static inline void stores_copy(char *to, const char *from, size_t len)
{
	const char *end = from + len - 16;

	for (; from + 48 < end; from += 64, to += 64) {
		stores_next16(to, from);
		stores_next16(to + 16, from + 16);
		stores_next16(to + 32, from + 32);
		stores_next16(to + 48, from + 48);
	}
	for (; from < end; from += 16, to += 16)
		stores_next16(to, from);
	stores_next16(to - (from - end), end);
}

/* Spaces upwards, up to `end`, none where that lies below. */
static inline void stores_fill(char *from, char *end)
{
	size_t len = end > from ? end - from : 0;

	__asm__ volatile("rep stosb" : "+D"(from), "+c"(len) : "a"(' ') : "memory");
}

#endif
