/* target_libraries: the libraries that the loader will load with a program. */
#include "viewer/load/target_libraries.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/buf.h"

enum { LIBRARIES_MOST = 1000, CACHE_MOST = 16 << 20 };

#define STANDARD_DIRS "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib:/usr/local/lib"

struct search {
	struct arena *arena;
	const char *path; /* of the program */
	const struct target_elf *program;
	struct libraries *found;
	struct buf cache; /* /etc/ld.so.cache, empty where it cannot be read */
};

/* The table in /etc/ld.so.cache, as glibc 2.2 and later write it. Offsets count from the table's start. */
struct cache_head {
	char magic[20];
	uint32_t count, strings_size;
	uint32_t more[5];
};

struct cache_entry {
	int32_t flags;
	uint32_t name, path;
	uint32_t os;
	uint64_t hwcap;
};

static const char cache_magic[20] = "glibc-ld.so.cache1.1";

static void read_cache(struct search *s)
{
	FILE *f = fopen("/etc/ld.so.cache", "re");
	char bytes[4096];
	size_t len;

	while (f && s->cache.len < CACHE_MOST && (len = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_put(&s->cache, bytes, len);
	if (f)
		fclose(f);
}

/* It fits if it is for the same machine: the loader passes over all others. */
static bool try_path(struct search *s, struct library *l, const char *path)
{
	const struct target_elf *p = s->program;

	if (!target_elf_open(s->arena, path, &l->elf))
		return false;
	if (l->elf.machine != p->machine || l->elf.class != p->class)
		return false;
	l->path = arena_string(s->arena, path);
	return true;
}

static const char *cache_text(const struct search *s, uint32_t offset)
{
	/* A buf ends with a NUL that it does not count. */
	return offset < s->cache.len ? s->cache.bytes + offset : "";
}

static bool try_cache(struct search *s, struct library *l)
{
	struct cache_head head;
	struct cache_entry entry;

	if (s->cache.len < sizeof head)
		return false;
	memcpy(&head, s->cache.bytes, sizeof head);
	if (memcmp(head.magic, cache_magic, sizeof cache_magic) != 0)
		return false;
	for (size_t i = 0; i < head.count && sizeof head + (i + 1) * sizeof entry <= s->cache.len; i++) {
		memcpy(&entry, s->cache.bytes + sizeof head + i * sizeof entry, sizeof entry);
		if (strcmp(cache_text(s, entry.name), l->name) == 0 && try_path(s, l, cache_text(s, entry.path)))
			return true;
	}
	return false;
}

/* $ORIGIN: the directory that the object lies in. */
static const char *origin_of(struct arena *a, const char *path)
{
	char real[PATH_MAX];
	char *slash = realpath(path, real) ? strrchr(real, '/') : NULL;

	return slash ? arena_copy(a, real, (size_t)(slash - real)) : ".";
}

/* One directory of a list, with $ORIGIN for what it means; NULL where another variable stands in it. */
static const char *expand(struct search *s, const char *dir, size_t len, const char *object)
{
	static const char *const names[] = {"$ORIGIN", "${ORIGIN}"};
	const char *text = arena_copy(s->arena, dir, len), *dollar = strchr(text, '$');

	for (size_t i = 0; dollar && i < sizeof names / sizeof names[0]; i++) {
		size_t skip = strlen(names[i]);

		if (strncmp(dollar, names[i], skip) == 0 && !strchr(dollar + 1, '$'))
			return arena_printf(s->arena, "%.*s%s%s", (int)(dollar - text), text,
					    origin_of(s->arena, object), dollar + skip);
	}
	return dollar ? NULL : text;
}

static bool try_dirs(struct search *s, struct library *l, const char *dirs, const char *object)
{
	char path[PATH_MAX];

	for (const char *dir = dirs; dir; dir += *dir == ':') {
		size_t len = strcspn(dir, ":");
		const char *here = expand(s, dir, len, object);

		if (here && snprintf(path, sizeof path, "%s/%s", *here ? here : ".", l->name) < (int)sizeof path &&
		    try_path(s, l, path))
			return true;
		dir += len;
		if (!*dir)
			break;
	}
	return false;
}

/* The RPATHs of who needs it, of who needs that one, up to the program. A RUNPATH puts out its own object's. */
static bool try_rpaths(struct search *s, struct library *l)
{
	const struct library *by = l->by;

	if (by ? by->elf.runpath != NULL : s->program->runpath != NULL)
		return false;
	for (; by; by = by->by)
		if (!by->elf.runpath && by->elf.rpath && try_dirs(s, l, by->elf.rpath, by->path))
			return true;
	return !s->program->runpath && s->program->rpath && try_dirs(s, l, s->program->rpath, s->path);
}

static bool is_musl(const struct target_elf *program)
{
	return program->interpreter && strstr(program->interpreter, "/ld-musl-");
}

/* musl's loader is its C library. */
static bool try_loader(struct search *s, struct library *l)
{
	return is_musl(s->program) && strncmp(l->name, "libc.", 5) == 0 && try_path(s, l, s->program->interpreter);
}

static void find(struct search *s, struct library *l)
{
	const char *runpath = l->by ? l->by->elf.runpath : s->program->runpath;
	const char *asked = getenv("LD_LIBRARY_PATH");

	if (strchr(l->name, '/')) {
		try_path(s, l, l->name);
		return;
	}
	if (try_loader(s, l) || try_rpaths(s, l))
		return;
	if (asked && *asked && try_dirs(s, l, asked, s->path))
		return;
	if (runpath && try_dirs(s, l, runpath, l->by ? l->by->path : s->path))
		return;
	if (!is_musl(s->program) && try_cache(s, l))
		return;
	try_dirs(s, l, STANDARD_DIRS, s->path);
}

/* The loader is there already, as what it is. */
static bool is_loader(const struct search *s, const char *name)
{
	const char *loader = s->program->interpreter, *slash = loader ? strrchr(loader, '/') : NULL;

	return !is_musl(s->program) && slash && strcmp(slash + 1, name) == 0;
}

static bool is_known(const struct search *s, const char *name)
{
	for (size_t i = 0; i < s->found->list.count; i++)
		if (strcmp(s->found->list.items[i]->name, name) == 0)
			return true;
	return is_loader(s, name);
}

static void add_needed(struct search *s, const struct target_elf *elf, const struct library *by)
{
	for (size_t i = 0; i < elf->needed.count && s->found->list.count < LIBRARIES_MOST; i++) {
		struct library *l;

		if (is_known(s, elf->needed.items[i]))
			continue;
		l = arena_alloc(s->arena, sizeof *l);
		l->name = elf->needed.items[i];
		l->by = by;
		vec_push(&s->found->list, l);
		find(s, l);
	}
}

static void free_list(void *subject)
{
	struct libraries *found = subject;

	vec_free(&found->list);
}

void target_libraries(struct arena *a, const char *path, const struct target_elf *program, struct libraries *found)
{
	struct search s = {.arena = a, .path = path, .program = program, .found = found};

	arena_defer(a, free_list, found);
	read_cache(&s);
	add_needed(&s, program, NULL);
	for (size_t i = 0; i < found->list.count; i++)
		if (found->list.items[i]->path)
			add_needed(&s, &found->list.items[i]->elf, found->list.items[i]);
	buf_free(&s.cache);
}
