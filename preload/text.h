/*
 * text.h: write numbers and literals at a pointer that is handed on. What every line has is written with these: a pointer kept in
 * a struct would be stored and loaded again at each step, since characters may alias it.
 */
#ifndef PRELOAD_TEXT_H
#define PRELOAD_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A string literal; its length is the compiler's to know. */
#define text_put(p, literal) text_put_n((p), (literal), sizeof(literal) - 1)
static inline char *text_put_n(char *p, const char *s, size_t len)
{
	__builtin_memcpy(p, s, len);
	return p + len;
}

/* A number of any size in decimal: at most 20 characters. */
char *text_u64_large(char *p, uint64_t v);

static inline char *text_u64(char *p, uint64_t v)
{
	if (v >= 10)
		return text_u64_large(p, v);
	*p = '0' + v;
	return p + 1;
}

static inline char *text_i64(char *p, int64_t v)
{
	if (v >= 0)
		return text_u64(p, v);
	*p = '-';
	return text_u64(p + 1, -(uint64_t)v);
}

/* "0x55d0", in quotes: at most 20 characters. */
char *text_pc(char *p, uint64_t v);

#endif
