/* known: the text of addresses, each written once and copied where it stands again. */
#include "preload/known.h"

void known_bytes(const struct known_addr *k, char *to)
{
	__builtin_memcpy(to, k->words, KNOWN_HALF);
	__builtin_memcpy(to + k->len - KNOWN_HALF, k->words + 2, KNOWN_HALF);
}

void known_keep(struct known_addr *k, const char *text, size_t len)
{
	if (len > KNOWN_TEXT)
		return;
	text_copy(k->text, text, len);
	k->text_len = len;
}

void known_forget(struct known_addr *known)
{
	for (int i = 0; i < KNOWN_ADDRS; i++)
		known[i].len = 0;
}
