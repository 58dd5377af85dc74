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
#include "preload/mem.h"

extern Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));

/* Where debuggers find what is loaded (link.h, SVR4): glibc says it by the first name, musl by the second. dl_iterate_phdr would take a
 * lock, and a starting process through pages that it needs for nothing else. */
extern struct r_debug _r_debug __attribute__((weak));
extern struct r_debug *_dl_debug_addr __attribute__((weak));

struct search {
	struct symbols *symbols;
	uint32_t hashes[WANTED]; /* 0: not asked for yet */
	bool has_libc;           /* it has been met under its name */
	bool complete;           /* all objects behind us could be read, as far as there was need */
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
		if (s->found[i] && i == CALL_socket && !s->libc)
			s->libc = o->base; /* for the time being: a libc may have any name */
		all = all && s->found[i];
	}
	return all;
}

/* By its file's name, glibc's or musl's. Others have a socket() too: sanitizers, what sends all through a proxy. */
static bool is_libc(const char *path)
{
	const char *name = path;

	for (const char *at = path; *at; at++)
		if (*at == '/')
			name = at + 1;
	return text_starts(name, "libc.") || text_starts(name, "ld-musl");
}

/* Returns whether nothing is left to be found, or can be here. */
static bool look_into(const struct link_map *map, struct search *search)
{
	const char *base = (const char *)map->l_addr;
	struct dynsym o;

	search->complete = map->l_ld && dynsym_open(&o, base, map->l_ld);
	if (!search->complete)
		return true;
	/* Not all objects have their headers at the base, nor anything that could be read. */
	bool may_be_known = libc_known_is_alike(base, map->l_ld) && mem_is_there(base);
	bool all = find_in(&o, may_be_known ? libc_known_symbols(base) : NULL, search);
	if (!search->has_libc && is_libc(map->l_name)) {
		search->has_libc = true;
		search->symbols->libc = base;
	}
	return all && search->has_libc;
}

static const struct link_map *loaded(void)
{
	if (&_r_debug)
		return _r_debug.r_map;
	return &_dl_debug_addr && _dl_debug_addr ? _dl_debug_addr->r_map : NULL;
}

void symbols_find(struct symbols *s)
{
	struct search search = {.symbols = s};
	const struct link_map *map = loaded();

	while (map && map->l_ld != _DYNAMIC)
		map = map->l_next;
	if (map)
		s->own_name = map->l_name;
	while (map && (map = map->l_next) && !look_into(map, &search))
		;
	if (s->libc && search.complete)
		return;
	/* An object without a table of this kind, or one that came to the process by dlopen: the linker knows the way. */
	for (int i = 0; i < WANTED; i++)
		if (!s->found[i])
			s->found[i] = dlsym(RTLD_NEXT, wanted_name(i));
}
