/* scan.c: compact JSON as the shim writes it, piece by piece. */
#include "viewer/load/scan.h"

#include <endian.h>

enum { DEPTH_MAX = 8 };

/* What a byte begins within a string. RFC 8259, section 7: no control bytes. RFC 3629: C0, C1, and F5 on are nothing. */
enum { PLAIN, QUOTE, ESCAPE, TWO, THREE, FOUR, WRONG };

static const uint8_t kinds[256] = {
	[0x00 ... 0x1f] = WRONG, ['"'] = QUOTE,           ['\\'] = ESCAPE,        [0x80 ... 0xc1] = WRONG,
	[0xc2 ... 0xdf] = TWO,   [0xe0 ... 0xef] = THREE, [0xf0 ... 0xf4] = FOUR, [0xf5 ... 0xff] = WRONG,
};

static unsigned kind_of(const char *at)
{
	return kinds[(unsigned char)*at];
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static unsigned nibble(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

bool scan_pointer(struct scan *s, uint64_t *pointer)
{
	const char *first;
	uint64_t sum = 0;

	if (!scan_literal(s, "\"0x"))
		return false;
	for (first = s->at; is_hex(*s->at); s->at++)
		sum = sum << 4 | nibble(*s->at);
	*pointer = sum;
	return s->at > first && s->at <= first + 16 && scan_char(s, '"');
}

/* At a backslash. A \u of more than U+00FF may be half of a pair. */
static bool skip_escape(struct scan *s)
{
	if (s->last - s->at < 6)
		return false;
	if (s->at[1] != 'u') {
		bool known = strchr("\"\\/bfnrt", s->at[1]) && s->at[1];

		s->at += 2;
		return known;
	}
	if (s->at[2] != '0' || s->at[3] != '0' || !is_hex(s->at[4]) || !is_hex(s->at[5]))
		return false;
	s->at += 6;
	return true;
}

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* RFC 3629, section 4: nothing overlong, no surrogates, up to U+10FFFF. */
static bool skip_utf8(struct scan *s, size_t len)
{
	unsigned char first = (unsigned char)s->at[0], second = (unsigned char)s->at[1];

	if ((size_t)(s->last - s->at) < len)
		return false;
	if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
	    (first == 0xf4 && second > 0x8f))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!continues(s->at[i]))
			return false;
	s->at += len;
	return true;
}

/* The high bit of each byte of the word that is below 0x20, a quote, a backslash or above 0x7f. A byte behind such a one may
 * be marked too, none before it. */
static uint64_t special_bytes(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
	uint64_t quotes = word ^ ones * '"', escapes = word ^ ones * '\\';

	return ((word - ones * 0x20) | (quotes - ones) | (escapes - ones) | word) & highs;
}

/* To the next byte that is not a plain one, or near the end of the line. */
static inline void skip_plain(struct scan *s)
{
	while (s->last - s->at >= (ptrdiff_t)sizeof(uint64_t)) {
		uint64_t word, special;

		memcpy(&word, s->at, sizeof word);
		special = special_bytes(le64toh(word));
		if (special) {
			s->at += __builtin_ctzll(special) / 8;
			return;
		}
		s->at += sizeof word;
	}
}

/* To behind the closing quote. *characters counts those up to U+00FF; -1: there was another. */
static bool skip_string(struct scan *s, int64_t *characters)
{
	int64_t more = 0; /* bytes than characters */
	const char *first;
	bool wide = false;

	if (!scan_char(s, '"'))
		return false;
	first = s->at;
	while (s->at < s->last) {
		const char *begin = s->at;
		unsigned kind = kind_of(begin);

		if (kind == PLAIN) {
			skip_plain(s);
			s->at += s->at == begin;
			continue;
		}
		if (kind == QUOTE) {
			*characters = wide ? -1 : s->at - first - more;
			s->at++;
			return true;
		}
		wide |= (unsigned char)*begin > 0xc3;
		if (kind == WRONG || !(kind == ESCAPE ? skip_escape(s) : skip_utf8(s, kind - TWO + 2)))
			return false;
		more += s->at - begin - 1;
	}
	return false;
}

bool scan_bytes(struct scan *s, struct piece *piece, uint32_t *count)
{
	const char *first = s->at + 1;
	int64_t characters;

	if (!skip_string(s, &characters) || characters < 0)
		return false;
	*piece = (struct piece){.text = first, .len = (size_t)(s->at - 1 - first)};
	*count = (uint32_t)characters;
	return true;
}

bool scan_plain(struct scan *s, struct piece *piece)
{
	const char *first = s->at + 1;
	int64_t ignored;

	if (!skip_string(s, &ignored))
		return false;
	*piece = (struct piece){.text = first, .len = (size_t)(s->at - 1 - first)};
	return !memchr(first, '\\', piece->len);
}

static bool skip_value(struct scan *s, int depth);

static bool skip_member(struct scan *s, int depth)
{
	struct piece key;

	return scan_plain(s, &key) && scan_char(s, ':') && skip_value(s, depth);
}

/* Behind the opening bracket or brace. */
static bool skip_items(struct scan *s, char close, bool (*skip)(struct scan *, int), int depth)
{
	if (scan_char(s, close))
		return true;
	do {
		if (!skip(s, depth))
			return false;
	} while (scan_char(s, ','));
	return scan_char(s, close);
}

static bool skip_value(struct scan *s, int depth)
{
	int64_t ignored;

	if (depth == 0)
		return false;
	switch (*s->at) {
	case '"':
		return skip_string(s, &ignored);
	case '{':
		s->at++;
		return skip_items(s, '}', skip_member, depth - 1);
	case '[':
		s->at++;
		return skip_items(s, ']', skip_value, depth - 1);
	case 't':
		return scan_literal(s, "true");
	case 'f':
		return scan_literal(s, "false");
	case 'n':
		return scan_literal(s, "null");
	default:
		return scan_integer(s, &ignored);
	}
}

bool scan_value(struct scan *s)
{
	return skip_value(s, DEPTH_MAX);
}
