/* intern.c: equal bytes kept once. */
#include "viewer/base/intern.h"

#include <string.h>

struct kept {
	size_t len;
	char bytes[]; /* len, and a NUL */
};

struct wanted {
	const void *bytes;
	size_t len;
};

static bool same_bytes(const void *value, const void *key)
{
	const struct kept *k = value;
	const struct wanted *w = key;

	return k->len == w->len && memcmp(k->bytes, w->bytes, k->len) == 0;
}

const void *intern_bytes(struct intern *i, const void *bytes, size_t len)
{
	struct wanted wanted = {.bytes = bytes, .len = len};
	uint64_t hash = hash_bytes(0, bytes, len);
	struct kept *k = map_find(&i->kept, hash, same_bytes, &wanted);

	if (k)
		return k->bytes;
	k = arena_alloc(i->arena, sizeof *k + len + 1);
	k->len = len;
	memcpy(k->bytes, bytes, len);
	map_add(&i->kept, hash, k);
	return k->bytes;
}

void intern_free(struct intern *i)
{
	map_free(&i->kept);
}
