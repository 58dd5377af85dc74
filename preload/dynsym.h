/* dynsym.h: the dynamic symbols of one object, as it lies in memory. */
#ifndef PRELOAD_DYNSYM_H
#define PRELOAD_DYNSYM_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

/* The hash table is that of -Wl,--hash-style=gnu: a Bloom filter, then for each bucket its first symbol, then for each symbol its hash,
 * of which the lowest bit says that it is the bucket's last. */
struct dynsym {
	const char *base;
	const Elf64_Sym *symbols;
	const char *names;
	const uint16_t *versions; /* NULL: none */
	const uint64_t *filter;
	const uint32_t *buckets, *hashes;
	uint32_t nbuckets, first, nfilter, shift;
};

/* False where the object has no table of that kind. */
bool dynsym_open(struct dynsym *o, const char *base, const Elf64_Dyn *dynamic);

uint32_t dynsym_hash(const char *name);

/* The definition of a name that programs linked today get; NULL: there is none. */
const Elf64_Sym *dynsym_find(const struct dynsym *o, const char *name, uint32_t hash);

#endif
