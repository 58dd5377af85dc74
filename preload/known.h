/* known.h: the addresses that stood in a slot's lines before: a server's own stands in each of its connections. */
#ifndef PRELOAD_KNOWN_H
#define PRELOAD_KNOWN_H

#include <stdint.h>

#include "preload/text.h"

enum {
	KNOWN_ADDRS = 8,
	KNOWN_TEXT = 208, /* bytes of the longest: of IPv6, each number with all its digits */
};

struct known_addr {
	uint64_t words[4];     /* its first 16 bytes and its last 16 */
	uint8_t len, text_len; /* bytes; 0: empty */
	char text[KNOWN_TEXT + TEXT_SLACK];
};

void known_forget(struct known_addr *known);

#endif
