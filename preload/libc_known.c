/*
 * libc_known: the libc that was there when the shim was built: its functions, and the sites in it. Reading 1.4 MB of code costs a
 * millisecond, most of it for pages that nothing else asks for; of a build that is known only the sites themselves are looked at.
 */
#include "preload/libc_known.h"

#include <stddef.h>

#include "preload/libc_build.h"
#include "preload/mem.h"
#include "preload/wanted.h"

static const struct {
	uint8_t build_id[BUILD_ID_MAX];
	uint32_t build_id_len; /* 0: none is known */
	uint32_t dynamic, symbols[WANTED], hashes[WANTED];
	uint64_t hash;
	struct libc_sites sites;
} known = {
#include "libc_known.def"
};

static bool is_known(const struct libc_image *image)
{
	const uint8_t *id;
	uint32_t len = libc_build_id(image, &id);

	return len && len == known.build_id_len && memcmp(id, known.build_id, len) == 0;
}

bool libc_known_is_alike(const void *base, const void *dynamic)
{
	return known.dynamic && (const char *)dynamic - (const char *)base == known.dynamic;
}

const uint32_t *libc_known_symbols(const void *base)
{
	const struct libc_image image = {base};

	return is_known(&image) ? known.symbols : NULL;
}

uint32_t libc_known_hash(int wanted)
{
	return known.hashes[wanted];
}

const struct libc_sites *libc_known_find(const struct libc_image *image)
{
	if (!is_known(image))
		return NULL;
	return libc_build_hash(image, &known.sites) == known.hash ? &known.sites : NULL;
}
