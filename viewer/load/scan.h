/*
 * scan.h: compact JSON as the shim writes it, piece by piece, without making anything of it.
 *
 * What is taken here json-c takes too, with the same meaning. The other way round is not so: spaces, fractions, numbers of 19
 * digits and more, escaped letters beyond U+00FF and whatever else the shim does not write are left to json-c.
 */
#ifndef LOAD_SCAN_H
#define LOAD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Moves over a line from its first byte to its last, which is the brace that closes it: there every loop ends. */
struct scan {
	const char *at, *last;
};

/* A piece of the line. */
struct piece {
	const char *text;
	size_t len;
};

/* Each takes what stands at the cursor and moves behind it. False: it is something else, the cursor is anywhere. */
#define scan_literal(s, literal) scan_text((s), (literal), sizeof(literal) - 1)
static inline bool scan_text(struct scan *s, const char *text, size_t len)
{
	if ((size_t)(s->last - s->at) < len || memcmp(s->at, text, len) != 0)
		return false;
	s->at += len;
	return true;
}

static inline bool scan_char(struct scan *s, char c)
{
	if (s->at >= s->last || *s->at != c)
		return false;
	s->at++;
	return true;
}

/* A whole number of at most 18 digits. */
static inline bool scan_natural(struct scan *s, uint64_t *number)
{
	const char *first = s->at;
	uint64_t sum = 0;

	for (unsigned digit; (digit = (unsigned)(*s->at - '0')) <= 9; s->at++)
		sum = sum * 10 + digit;
	*number = sum;
	return s->at > first && s->at <= first + 18 && (*first != '0' || s->at == first + 1);
}

/* The same, which may be negative. */
static inline bool scan_integer(struct scan *s, int64_t *number)
{
	bool negative = *s->at == '-';
	uint64_t size;

	s->at += negative;
	if (!scan_natural(s, &size) || (negative && size == 0))
		return false;
	*number = negative ? -(int64_t)size : (int64_t)size;
	return true;
}

/* "0x55d0", with its quotes. */
bool scan_pointer(struct scan *s, uint64_t *pointer);

/* A string: the piece between its quotes, in which nothing is escaped. */
bool scan_plain(struct scan *s, struct piece *piece);

/* A string of characters up to U+00FF, escaped or not, and how many they are. */
bool scan_bytes(struct scan *s, struct piece *piece, uint32_t *count);

/* A value of any kind. */
bool scan_value(struct scan *s);

#endif
