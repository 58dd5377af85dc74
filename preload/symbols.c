/* symbols: find functions of the objects behind us, as dlsym(RTLD_NEXT) does, for a third of its instructions. */
#include "preload/symbols.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>

#include "preload/mem.h"

enum { VERSION_HIDDEN = 0x8000 }; /* an older version of a symbol, for programs that were linked with it */

extern Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
extern int dl_iterate_phdr(int (*each)(struct dl_phdr_info *, size_t, void *), void *) __attribute__((weak));

/* The dynamic symbols of an object. The hash table is that of -Wl,--hash-style=gnu: a Bloom filter, then for each bucket its
 * first symbol, then for each symbol its hash, of which the lowest bit says that it is the bucket's last. */
struct object {
	const char *base;
	const Elf64_Sym *symbols;
	const char *names;
	const uint16_t *versions; /* NULL: none */
	const uint64_t *filter;
	const uint32_t *buckets, *hashes;
	uint32_t nbuckets, first, nfilter, shift;
};

struct search {
	struct symbol *wanted;
	int count;
	bool past_us;
	bool complete; /* all objects behind us could be read */
	int found;
};

/* glibc has made addresses of them, musl leaves them offsets. */
static const void *address(const char *base, const Elf64_Dyn *d)
{
	return d->d_un.d_ptr < (size_t)base ? base + d->d_un.d_ptr : (const char *)d->d_un.d_ptr;
}

static bool open_object(struct object *o, const char *base, const Elf64_Dyn *d)
{
	const uint32_t *hash = NULL;

	*o = (struct object){.base = base};
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

static uint32_t hash_of(const char *name)
{
	uint32_t h = 5381;

	while (*name)
		h = h * 33 + (unsigned char)*name++;
	return h;
}

static bool may_have(const struct object *o, uint32_t hash)
{
	uint64_t word = o->filter[hash / 64 & (o->nfilter - 1)];

	return word >> hash % 64 & word >> (hash >> o->shift) % 64 & 1;
}

static bool is_meant(const struct object *o, uint32_t i, const char *name)
{
	const Elf64_Sym *s = &o->symbols[i];

	return s->st_shndx != SHN_UNDEF && s->st_value && !(o->versions && o->versions[i] & VERSION_HIDDEN) &&
	       text_equal(o->names + s->st_name, name);
}

static const Elf64_Sym *look_up(const struct object *o, const struct symbol *wanted)
{
	uint32_t i = may_have(o, wanted->hash) ? o->buckets[wanted->hash % o->nbuckets] : 0;

	for (; i >= o->first && i; i++) {
		uint32_t hash = o->hashes[i - o->first];
		if ((hash | 1) == (wanted->hash | 1) && is_meant(o, i, wanted->name))
			return &o->symbols[i];
		if (hash & 1)
			break;
	}
	return NULL;
}

static void find_in(const struct object *o, struct search *search)
{
	for (struct symbol *w = search->wanted; w < search->wanted + search->count; w++) {
		const Elf64_Sym *s = w->found ? NULL : look_up(o, w);
		if (!s)
			continue;
		/* What an indirect function is, is the dynamic linker's to ask. */
		if (ELF64_ST_TYPE(s->st_info) == STT_GNU_IFUNC)
			w->found = dlsym(RTLD_NEXT, w->name);
		else
			w->found = (void *)(o->base + s->st_value);
		w->base = o->base;
		search->found++;
	}
}

static int look_into(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	const char *base = (const char *)info->dlpi_addr;
	const Elf64_Dyn *dynamic = NULL;
	struct object o;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const Elf64_Dyn *)(base + info->dlpi_phdr[i].p_vaddr);
	if (!search->past_us) {
		search->past_us = dynamic == _DYNAMIC;
		return 0;
	}
	search->complete = search->complete && dynamic && open_object(&o, base, dynamic);
	if (search->complete)
		find_in(&o, search);
	return 0;
}

void symbols_find(struct symbol *wanted, int count)
{
	struct search search = {wanted, count, .complete = true};

	for (int i = 0; i < count; i++)
		wanted[i].hash = hash_of(wanted[i].name);
	if (dl_iterate_phdr)
		dl_iterate_phdr(look_into, &search);
	if (search.found && search.complete)
		return;
	/* An object without a table of this kind, or one that came to the process by dlopen: the linker knows the way. */
	for (int i = 0; i < count; i++)
		if (!wanted[i].found)
			wanted[i].found = dlsym(RTLD_NEXT, wanted[i].name);
}
