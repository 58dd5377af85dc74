/* text: write numbers at a pointer that is handed on. */
#include "preload/text.h"

static const char digit_pairs[] = "0001020304050607080910111213141516171819"
				  "2021222324252627282930313233343536373839"
				  "4041424344454647484950515253545556575859"
				  "6061626364656667686970717273747576777879"
				  "8081828384858687888990919293949596979899";

/* How many decimal digits v has: its logarithm is about the number of its bits times 1233 / 4096. */
static unsigned count_digits(uint64_t v)
{
	static const uint64_t powers[20] = {1ull,
					    10ull,
					    100ull,
					    1000ull,
					    10000ull,
					    100000ull,
					    1000000ull,
					    10000000ull,
					    100000000ull,
					    1000000000ull,
					    10000000000ull,
					    100000000000ull,
					    1000000000000ull,
					    10000000000000ull,
					    100000000000000ull,
					    1000000000000000ull,
					    10000000000000000ull,
					    100000000000000000ull,
					    1000000000000000000ull,
					    10000000000000000000ull};
	unsigned guess = (64 - __builtin_clzll(v)) * 1233 >> 12; /* v is not 0 */

	return guess + (v >= powers[guess]);
}

char *text_u64_large(char *p, uint64_t v)
{
	char *end = p + count_digits(v);

	p = end;
	while (v >= 10000) {
		unsigned four = v % 10000;
		v /= 10000;
		p -= 4;
		__builtin_memcpy(p, digit_pairs + four / 100 * 2, 2);
		__builtin_memcpy(p + 2, digit_pairs + four % 100 * 2, 2);
	}
	if (v >= 100) {
		p -= 2;
		__builtin_memcpy(p, digit_pairs + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10)
		__builtin_memcpy(p - 2, digit_pairs + v * 2, 2);
	else
		p[-1] = '0' + v;
	return end;
}

char *text_pc(char *p, uint64_t v)
{
	int shift = v ? (63 - __builtin_clzll(v)) & ~3 : 0;

	p = text_put(p, "\"0x");
	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 15];
	return text_put(p, "\"");
}
