/* known.h: the addresses that stood in a slot's lines before: a server's own stands in each of its connections. */
#ifndef PRELOAD_KNOWN_H
#define PRELOAD_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/hash.h"
#include "preload/text.h"

enum {
	KNOWN_ADDRS = 8,
	KNOWN_HALF = 16, /* bytes: an IPv4 address has as many, an IPv6 one 28 */
	KNOWN_MOST = 2 * KNOWN_HALF,
	KNOWN_TEXT = 208, /* bytes of the longest: of IPv6, each number with all its digits */
};

struct known_addr {
	uint64_t words[4];     /* its first KNOWN_HALF bytes and its last, which may overlap */
	uint8_t len, text_len; /* 0: empty; not written yet */
	char text[KNOWN_TEXT + TEXT_SLACK];
};

static inline bool known_is(const struct known_addr *k, const uint64_t *words, uint32_t len)
{
	return k->len == len && k->words[0] == words[0] && k->words[1] == words[1] && k->words[2] == words[2] &&
	       k->words[3] == words[3];
}

/* The place of this address of KNOWN_HALF to KNOWN_MOST bytes, which are read once: its text stands there, or text_len is 0. */
static inline struct known_addr *known_find(struct known_addr *known, const void *bytes, uint32_t len)
{
	struct known_addr *k;
	uint64_t words[4];

	__builtin_memcpy(words, bytes, KNOWN_HALF);
	__builtin_memcpy(words + 2, (const char *)bytes + len - KNOWN_HALF, KNOWN_HALF);
	__asm__("" : "+m"(words)); /* another thread may write there: what is compared is what is kept */
	/* IPv4's port and address lie in the first word, the end of IPv6's in the last. */
	k = &known[hash_place(words[0] ^ words[3], __builtin_ctz(KNOWN_ADDRS))];
	if (__builtin_expect(known_is(k, words, len), 1))
		return k;
	__builtin_memcpy(k->words, words, sizeof words);
	k->len = len;
	k->text_len = 0;
	return k;
}

/* Its bytes, to room for KNOWN_MOST. */
void known_bytes(const struct known_addr *k, char *to);

/* This is its text, with TEXT_SLACK readable bytes behind it. One that is too long is not kept. */
void known_keep(struct known_addr *k, const char *text, size_t len);

void known_forget(struct known_addr *known);

#endif
