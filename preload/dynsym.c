/* dynsym: look names up in the hash table of an object. */
#include "preload/dynsym.h"

#include <stddef.h>

#include "preload/mem.h"

enum { VERSION_HIDDEN = 0x8000 }; /* an older version of a symbol, for programs that were linked with it */

/* glibc has made addresses of them, musl leaves them offsets, as they are in the file. */
static const void *address(const char *base, const Elf64_Dyn *d)
{
	return d->d_un.d_ptr < (size_t)base ? base + d->d_un.d_ptr : (const char *)d->d_un.d_ptr;
}

bool dynsym_open(struct dynsym *o, const char *base, const Elf64_Dyn *d)
{
	const uint32_t *hash = NULL;

	*o = (struct dynsym){.base = base};
	for (; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			o->symbols = address(base, d);
		else if (d->d_tag == DT_STRTAB)
			o->names = address(base, d);
		else if (d->d_tag == DT_VERSYM)
			o->versions = address(base, d);
		else if (d->d_tag == DT_GNU_HASH)
			hash = address(base, d);
	}
	if (!hash || !o->symbols || !o->names)
		return false;
	o->nbuckets = hash[0];
	o->first = hash[1];
	o->nfilter = hash[2];
	o->shift = hash[3];
	o->filter = (const uint64_t *)(hash + 4);
	o->buckets = (const uint32_t *)(o->filter + o->nfilter);
	o->hashes = o->buckets + o->nbuckets;
	return o->nbuckets && o->nfilter;
}

uint32_t dynsym_hash(const char *name)
{
	uint32_t h = 5381;

	while (*name)
		h = h * 33 + (unsigned char)*name++;
	return h;
}

static bool may_have(const struct dynsym *o, uint32_t hash)
{
	uint64_t word = o->filter[hash / 64 & (o->nfilter - 1)];

	return word >> hash % 64 & word >> (hash >> o->shift) % 64 & 1;
}

static bool is_meant(const struct dynsym *o, uint32_t i, const char *name)
{
	const Elf64_Sym *s = &o->symbols[i];

	return s->st_shndx != SHN_UNDEF && s->st_value && !(o->versions && o->versions[i] & VERSION_HIDDEN) &&
	       text_equal(o->names + s->st_name, name);
}

const Elf64_Sym *dynsym_find(const struct dynsym *o, const char *name, uint32_t hash)
{
	uint32_t i = may_have(o, hash) ? o->buckets[hash % o->nbuckets] : 0;

	for (; i >= o->first && i; i++) {
		uint32_t other = o->hashes[i - o->first];
		if ((other | 1) == (hash | 1) && is_meant(o, i, name))
			return &o->symbols[i];
		if (other & 1)
			break;
	}
	return NULL;
}
