/* paths.c: which files a command's arguments mean. */
#include "viewer/load/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char hint[] = "run LD_PRELOAD=./libsocktrace.so PROGRAM first";

static bool ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s), suffix_len = strlen(suffix);

	return len > suffix_len && strcmp(s + len - suffix_len, suffix) == 0;
}

/* "7.cat.live.jsonl" for "7.cat.jsonl", and back. */
static char *other_suffix(struct arena *a, const char *path, const char *old, const char *new)
{
	return arena_printf(a, "%.*s%s", (int)(strlen(path) - strlen(old)), path, new);
}

/* A process may be called "cat.live": what has no trace beside it is taken as a trace. */
static const char *trace_of(struct arena *a, const char *path)
{
	char *trace;

	if (!ends_with(path, TRACE_LIVE_SUFFIX))
		return path;
	trace = other_suffix(a, path, TRACE_LIVE_SUFFIX, TRACE_SUFFIX);
	return access(trace, F_OK) == 0 ? trace : path;
}

static bool same_file(const void *value, const void *key)
{
	const struct stat *a = value, *b = key;

	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A trace that is named twice, or beside its directory, is read once. */
static bool is_known(struct arena *a, struct sources *sources, const char *path)
{
	struct stat *st = arena_alloc(a, sizeof *st);
	uint64_t hash;

	if (stat(path, st) < 0 || !S_ISREG(st->st_mode))
		return false;
	hash = hash_number(st->st_dev, st->st_ino);
	if (map_find(&sources->files, hash, same_file, st))
		return true;
	map_add(&sources->files, hash, st);
	sources->bytes += (uint64_t)st->st_size;
	return false;
}

static void add(struct arena *a, struct sources *sources, const char *path, unsigned argument, bool named)
{
	struct source s = {.path = trace_of(a, path), .named = named, .argument = argument};

	if (is_known(a, sources, s.path))
		return;
	if (ends_with(s.path, TRACE_SUFFIX))
		s.live = other_suffix(a, s.path, TRACE_SUFFIX, TRACE_LIVE_SUFFIX);
	vec_push(&sources->items, s);
}

static int is_trace(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && ends_with(entry->d_name, TRACE_SUFFIX);
}

static bool add_directory(struct arena *a, struct sources *sources, const char *dir, unsigned argument, struct err *err)
{
	struct dirent **entries;
	int count = scandir(dir, &entries, is_trace, alphasort);

	if (count < 0)
		return err_set(err, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < count; i++) {
		add(a, sources, arena_printf(a, "%s/%s", dir, entries[i]->d_name), argument, false);
		free(entries[i]);
	}
	free(entries);
	if (count == 0)
		return err_set(err, "no trace in %s: %s", dir, hint);
	return true;
}

static bool add_argument(struct arena *a, struct sources *sources, const char *path, unsigned argument, struct err *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0) {
		add(a, sources, path, argument, true);
		return true;
	}
	if (stat(path, &st) < 0)
		return err_set(err, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return add_directory(a, sources, path, argument, err);
	add(a, sources, arena_string(a, path), argument, true);
	return true;
}

bool paths_find(struct arena *a, const char *const *paths, int count, struct sources *sources, struct err *err)
{
	for (int i = 0; i < count; i++)
		if (!add_argument(a, sources, paths[i], (unsigned)i, err))
			return false;
	if (count > 0)
		return true;
	if (access(TRACE_DIR, F_OK) < 0 && errno == ENOENT)
		return err_set(err, "no trace in %s: %s", TRACE_DIR, hint);
	return add_argument(a, sources, TRACE_DIR, 0, err);
}

void paths_free(struct sources *sources)
{
	vec_free(&sources->items);
	map_free(&sources->files);
}

static bool is_file(const char *path, const struct stat *file)
{
	struct stat st;
	bool is_there = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) == 0 : stat(path, &st) == 0;

	return is_there && same_file(&st, file);
}

/* What cannot be found is told when it is read. */
static bool is_read(const char *const *paths, int count, const struct stat *file)
{
	struct arena *a = arena_new();
	struct sources sources = {0};
	struct err ignored;
	bool is = false;

	if (paths_find(a, paths, count, &sources, &ignored))
		for (size_t i = 0; i < sources.items.count && !is; i++) {
			const struct source *s = &sources.items.items[i];

			is = is_file(s->path, file) || (s->live && is_file(s->live, file));
		}
	paths_free(&sources);
	arena_free(a);
	return is;
}

bool paths_spare(const char *const *paths, int count, const char *file, struct err *err)
{
	struct stat st;

	if (!file || stat(file, &st) < 0 || !S_ISREG(st.st_mode) || !is_read(paths, count, &st))
		return true;
	return err_set(err, "%s: is what is read, and would be lost: name another file to write", file);
}
