/* json: write JSON by hand, without malloc, stdio or locale: usable in a signal handler. */
#include "preload/json.h"

#include <emmintrin.h>

#include "preload/mem.h"

static const char hex[] = "0123456789abcdef";

void json_text(struct json *j, const char *s)
{
	char *p = j->p;

	while (*s)
		*p++ = *s++;
	j->p = p;
}

/* Does this character below 0x80 stand for itself? RFC 8259, section 7: the quote, the backslash and controls must be escaped. */
static inline bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static inline char *put_escaped(char *p, unsigned char c)
{
	static const char letters[32] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

	*p++ = '\\';
	if (c >= 0x20) {
		*p++ = c;
	} else if (letters[c]) {
		*p++ = letters[c];
	} else {
		p = text_put(p, "u00");
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	return p;
}

/* The length of the UTF-8 sequence at s, 0 if it is none (RFC 3629: no surrogates, nothing overlong, up to U+10FFFF). */
static size_t utf8_len(const unsigned char *s, size_t len)
{
	unsigned char a = s[0], low = 0x80, high = 0xbf;
	size_t n = a >= 0xf0 ? 4 : a >= 0xe0 ? 3 : 2;

	if (a < 0xc2 || a > 0xf4 || len < n)
		return 0;
	if (a == 0xe0)
		low = 0xa0;
	else if (a == 0xed)
		high = 0x9f;
	else if (a == 0xf0)
		low = 0x90;
	else if (a == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

void json_string_n(struct json *j, const char *s, size_t len)
{
	const unsigned char *at = (const unsigned char *)s, *end = at + len;

	*j->p++ = '"';
	while (at < end && !json_full(j)) {
		unsigned char c = *(const volatile unsigned char *)at;
		size_t n;
		if (c < 0x80) {
			at++;
			if (is_plain(c))
				*j->p++ = c;
			else
				j->p = put_escaped(j->p, c);
		} else if ((n = utf8_len(at, end - at))) {
			while (n--)
				*j->p++ = *at++;
		} else {
			json_put(j, "\xef\xbf\xbd");
			at++;
		}
	}
	*j->p++ = '"';
}

void json_string(struct json *j, const char *s)
{
	json_string_n(j, s, text_len(s));
}

/* How many of 16 bytes, from the first on, stand for themselves: compared as signed, those from 0x80 on are below the controls. */
static inline unsigned plain_head(__m128i bytes)
{
	__m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)), quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
		backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));

	return __builtin_ctz(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(below, quotes), backslashes)) | 1 << 16);
}

void json_bytes_more(struct json *j, const void *bytes, size_t len)
{
	const unsigned char *at = bytes, *end = at + len;
	char *p = j->p;

	while (at < end && p <= j->end) {
		unsigned plain;
		unsigned char c;
		/* Looked at once: another thread may write there. */
		if (end - at >= 16) {
			__m128i some = _mm_loadu_si128((const __m128i *)at);
			__asm__("" : "+x"(some));
			_mm_storeu_si128((__m128i *)p, some);
			plain = plain_head(some);
			c = *p;
		} else {
			*p = c = *(const volatile unsigned char *)at;
			plain = c < 0x80 && is_plain(c);
		}
		p += plain;
		at += plain;
		if (plain)
			continue;
		at++;
		if (c < 0x80) {
			p = put_escaped(p, c);
		} else {
			*p++ = 0xc0 | c >> 6;
			*p++ = 0x80 | (c & 0x3f);
		}
	}
	j->p = p;
}

void json_bytes(struct json *j, const void *bytes, size_t len)
{
	*j->p++ = '"';
	json_bytes_more(j, bytes, len);
	*j->p++ = '"';
}

void json_hex(struct json *j, const void *bytes, size_t len)
{
	const unsigned char *at = bytes, *end = at + len;
	char *p = j->p;

	*p++ = '"';
	for (; end - at >= 16 && p <= j->end; at += 16)
		p = text_hex16(p, at);
	for (; at < end && p <= j->end; at++) {
		*p++ = hex[*at >> 4];
		*p++ = hex[*at & 15];
	}
	*p++ = '"';
	j->p = p;
}

void json_name(struct json *j, enum name_group group, int value)
{
	const char *name = name_of(group, value);

	if (!name) {
		json_i64(j, value);
		return;
	}
	*j->p++ = '"';
	json_text(j, name);
	*j->p++ = '"';
}

void json_flags(struct json *j, enum name_group group, unsigned flags)
{
	char *first = j->p + 1;
	unsigned nameless = 0;

	*j->p++ = '[';
	for (; flags; flags &= flags - 1) {
		unsigned bit = flags & -flags;
		if (!name_of(group, bit)) {
			nameless |= bit;
			continue;
		}
		if (j->p != first)
			*j->p++ = ',';
		json_name(j, group, bit);
	}
	if (nameless) {
		if (j->p != first)
			*j->p++ = ',';
		json_u64(j, nameless);
	}
	*j->p++ = ']';
}

static void put_key(struct json *j, const char *key)
{
	json_put(j, ",\"");
	json_text(j, key);
	json_put(j, "\":");
}

void json_key_u64(struct json *j, const char *key, uint64_t value)
{
	put_key(j, key);
	json_u64(j, value);
}

void json_list_end(struct json *j, const char *key, uint64_t more)
{
	json_put(j, "]");
	if (more)
		json_key_u64(j, key, more);
}

void json_key_string(struct json *j, const char *key, const char *value)
{
	if (!*value)
		return;
	put_key(j, key);
	json_string(j, value);
}
