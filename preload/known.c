/* known: addresses as JSON, each written once and copied where it stands again. */
#include "preload/known.h"

#include <netinet/in.h>

#include "preload/addr.h"
#include "preload/mem.h"

/* Multiplied, so that all bits meet in the highest. An IPv4 address lies in the first word, the end of an IPv6 one in the last. */
static struct known_addr *place_of(struct known_addr *known, const uint64_t *words)
{
	return &known[(words[0] ^ words[3]) * 0x9e3779b97f4a7c15ull >> (64 - __builtin_ctz(KNOWN_ADDRS))];
}

static bool is_it(const struct known_addr *k, const uint64_t *words, uint32_t len)
{
	return k->len == len && k->words[0] == words[0] && k->words[1] == words[1] && k->words[2] == words[2] &&
	       k->words[3] == words[3];
}

static __attribute__((noinline)) void learn(struct known_addr *k, struct json *j, const uint64_t *words, uint32_t len)
{
	char bytes[sizeof(struct sockaddr_in6)], *begin = j->p;
	size_t text_len;

	__builtin_memcpy(bytes, words, 16);
	__builtin_memcpy(bytes + len - 16, words + 2, 16);
	addr_put_anew(j, bytes, len, len);
	text_len = j->p - begin;
	if (text_len > KNOWN_TEXT)
		return;
	__builtin_memcpy(k->words, words, sizeof k->words);
	k->len = len;
	k->text_len = text_len;
	text_copy(k->text, begin, text_len);
}

void addr_put(struct json *j, const void *bytes, uint32_t have, uint32_t len)
{
	struct known_addr *k;
	uint64_t words[4];

	if (!j->known || have != len || (len != sizeof(struct sockaddr_in) && len != sizeof(struct sockaddr_in6))) {
		addr_put_anew(j, bytes, have, len);
		return;
	}
	/* Once: another thread may write there. */
	__builtin_memcpy(words, bytes, 16);
	__builtin_memcpy(words + 2, (const char *)bytes + len - 16, 16);
	__asm__("" : "+m"(words));
	k = place_of(j->known, words);
	if (is_it(k, words, len))
		j->p = text_copy(j->p, k->text, k->text_len);
	else
		learn(k, j, words, len);
}

void known_forget(struct known_addr *known)
{
	for (int i = 0; i < KNOWN_ADDRS; i++)
		known[i].len = 0;
}
