/*
 * text.h: write numbers and literals at a pointer that is handed on. What every line has is written with these: a pointer kept in
 * a struct would be stored and loaded again at each step, since characters may alias it.
 *
 * All of them may write up to TEXT_SLACK bytes beyond what they return, so that they need not look how much is left of a word.
 */
#ifndef PRELOAD_TEXT_H
#define PRELOAD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "preload/mem.h"

enum { TEXT_SLACK = 16 };

/* A string literal; its length is the compiler's to know. */
#define text_put(p, literal) text_put_n((p), (literal), sizeof(literal) - 1)
static inline char *text_put_n(char *p, const char *s, size_t len)
{
	__builtin_memcpy(p, s, len);
	return p + len;
}

/* Text of a length that is known only now, with TEXT_SLACK readable bytes behind it. */
static inline char *text_copy(char *p, const char *s, size_t len)
{
	copy_ascending(p, s, len);
	return p + len;
}

/*
 * The eight digits of v, below 10^8, the first in the lowest byte. All are divided at once, each in a lane of its own: two
 * lanes of four digits become four of two and eight of one. The factors are 2^20 / 100 and 2^10 / 10, rounded up.
 */
static inline uint64_t text_digits(uint32_t v)
{
	uint64_t x = v / 10000 | (uint64_t)(v % 10000) << 32;
	uint64_t hundreds = x * 10486 >> 20 & 0x7f0000007full;

	x = hundreds | (x - 100 * hundreds) << 16;
	uint64_t tens = x * 103 >> 10 & 0xf000f000f000full;
	return tens | (x - 10 * tens) << 8;
}

#define TEXT_ZEROS 0x3030303030303030ull /* "00000000" */

/* A number below 10^8, without leading zeros. */
static inline char *text_short(char *p, uint32_t v)
{
	uint64_t digits = text_digits(v);
	unsigned zeros = __builtin_ctzll(digits | 1ull << 56) / 8; /* the last digit stays, though it is 0 */

	digits = (digits | TEXT_ZEROS) >> 8 * zeros;
	__builtin_memcpy(p, &digits, sizeof digits);
	return p + 8 - zeros;
}

/* A number of any size: at most 20 characters. */
char *text_u64_large(char *p, uint64_t v);

static inline char *text_u64(char *p, uint64_t v)
{
	if (v >= 100000000)
		return text_u64_large(p, v);
	if (v >= 10)
		return text_short(p, v);
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

/* The digits of a number but for its last eight, which stay the same for a tenth of a second of nanoseconds. */
struct text_high {
	uint64_t value;
	unsigned len; /* 0: none yet */
	char text[12 + TEXT_SLACK];
};

void text_keep_high(struct text_high *h, uint64_t high);

/* text_u64 for one of many numbers that lie close together. */
static inline char *text_u64_near(char *p, uint64_t v, struct text_high *h)
{
	uint64_t high = v / 100000000, digits;

	if (__builtin_expect(high != h->value || !h->len, 0)) {
		if (!high)
			return text_u64(p, v);
		text_keep_high(h, high);
	}
	p = text_copy(p, h->text, h->len);
	digits = text_digits(v - high * 100000000) | TEXT_ZEROS;
	__builtin_memcpy(p, &digits, sizeof digits);
	return p + sizeof digits;
}

/* "0x55d0", in quotes: at most 20 characters. */
char *text_pc(char *p, uint64_t v);

/* 16 bytes as 32 hexadecimal digits. */
char *text_hex16(char *p, const void *bytes);

#endif
