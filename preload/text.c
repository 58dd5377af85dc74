/* text: write numbers at a pointer that is handed on. */
#include "preload/text.h"

#include <emmintrin.h>

char *text_u64_large(char *p, uint64_t v)
{
	uint64_t high = v / 100000000, digits = text_digits(v % 100000000) | TEXT_ZEROS;

	p = high < 100000000 ? text_short(p, high) : text_u64_large(p, high);
	__builtin_memcpy(p, &digits, sizeof digits);
	return p + sizeof digits;
}

void text_keep_high(struct text_high *h, uint64_t high)
{
	h->value = high;
	h->len = text_u64(h->text, high) - h->text;
}

char *text_pc(char *p, uint64_t v)
{
	int shift = v ? (63 - __builtin_clzll(v)) & ~3 : 0;

	p = text_put(p, "\"0x");
	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 15];
	return text_put(p, "\"");
}

/* Each byte's nibbles side by side, then to '0' and on, from ten on to 'a' and on. */
char *text_hex16(char *p, const void *bytes)
{
	const __m128i low = _mm_set1_epi8(15), at = _mm_loadu_si128(bytes);
	__m128i high_nibbles = _mm_and_si128(_mm_srli_epi16(at, 4), low), low_nibbles = _mm_and_si128(at, low);
	__m128i halves[2] = {_mm_unpacklo_epi8(high_nibbles, low_nibbles),
			     _mm_unpackhi_epi8(high_nibbles, low_nibbles)};

	for (int i = 0; i < 2; i++, p += 16) {
		__m128i above = _mm_cmpgt_epi8(halves[i], _mm_set1_epi8(9));
		__m128i digits = _mm_add_epi8(halves[i], _mm_set1_epi8('0'));
		digits = _mm_add_epi8(digits, _mm_and_si128(above, _mm_set1_epi8('a' - '9' - 1)));
		_mm_storeu_si128((__m128i *)p, digits);
	}
	return p;
}
