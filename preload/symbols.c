/*
 * symbols: find functions of the objects behind us, as dlsym(RTLD_NEXT) does. In the libc that was there when the shim was built they lie where
 * they lay then: looking 130 names up in it takes a starting process 35 microseconds and more, for its tables are in no cache yet.
 */
#include "preload/symbols.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>

#include "preload/dynsym.h"
#include "preload/libc_known.h"

extern Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
extern int dl_iterate_phdr(int (*each)(struct dl_phdr_info *, size_t, void *), void *) __attribute__((weak));

struct search {
	struct symbols *symbols;
	uint32_t hashes[WANTED]; /* 0: not asked for yet */
	bool past_us;
	bool complete; /* all objects behind us could be read */
};

static uint32_t hash_of(struct search *search, int i)
{
	if (!search->hashes[i])
		search->hashes[i] = libc_known_hash(i);
	if (!search->hashes[i])
		search->hashes[i] = dynsym_hash(wanted_name(i));
	return search->hashes[i];
}

static void *find(struct search *search, const struct dynsym *o, int i)
{
	const Elf64_Sym *s = dynsym_find(o, wanted_name(i), hash_of(search, i));

	if (!s)
		return NULL;
	/* What an indirect function is, is the dynamic linker's to ask. */
	if (ELF64_ST_TYPE(s->st_info) == STT_GNU_IFUNC)
		return dlsym(RTLD_NEXT, wanted_name(i));
	return (void *)(o->base + s->st_value);
}

static void *place(struct search *search, const struct dynsym *o, const uint32_t *known, int i)
{
	if (!known || known[i] == LIBC_LOOK_FOR)
		return find(search, o, i);
	return known[i] == LIBC_HAS_NOT ? NULL : (void *)(o->base + known[i]);
}

/* Returns whether nothing is left to be found. */
static bool find_in(const struct dynsym *o, const uint32_t *known, struct search *search)
{
	struct symbols *s = search->symbols;
	bool all = true;

	for (int i = 0; i < WANTED; i++) {
		if (s->found[i])
			continue;
		s->found[i] = place(search, o, known, i);
		if (s->found[i] && i == CALL_socket)
			s->libc = o->base;
		all = all && s->found[i];
	}
	return all;
}

/* Its first page lies at `base`, and with it the headers that say what build it is. */
static bool has_headers(const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD)
			return info->dlpi_phdr[i].p_vaddr == 0 && info->dlpi_phdr[i].p_offset == 0;
	return false;
}

static int look_into(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	const char *base = (const char *)info->dlpi_addr;
	const Elf64_Dyn *dynamic = NULL;
	struct dynsym o;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const Elf64_Dyn *)(base + info->dlpi_phdr[i].p_vaddr);
	if (!search->past_us) {
		search->past_us = dynamic == _DYNAMIC;
		if (search->past_us)
			search->symbols->own_name = info->dlpi_name;
		return 0;
	}
	search->complete = search->complete && dynamic && dynsym_open(&o, base, dynamic);
	if (!search->complete)
		return 0;
	const uint32_t *known = has_headers(info) ? libc_known_symbols(base) : NULL;
	return find_in(&o, known, search);
}

void symbols_find(struct symbols *s)
{
	struct search search = {.symbols = s, .complete = true};

	if (dl_iterate_phdr)
		dl_iterate_phdr(look_into, &search);
	if (s->libc && search.complete)
		return;
	/* An object without a table of this kind, or one that came to the process by dlopen: the linker knows the way. */
	for (int i = 0; i < WANTED; i++)
		if (!s->found[i])
			s->found[i] = dlsym(RTLD_NEXT, wanted_name(i));
}
