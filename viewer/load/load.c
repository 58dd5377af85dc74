/* load.c: from directories and files to a trace. */
#include "viewer/load/load.h"

#include "viewer/load/file.h"
#include "viewer/load/libc_own.h"
#include "viewer/load/session.h"

static struct trace *trace_new(void)
{
	struct arena *a = arena_new();
	struct trace *t = arena_alloc(a, sizeof *t);

	t->arena = a;
	return t;
}

/* One bad file among good ones is a warning; where nothing could be read, the first one's trouble is the answer. */
static bool load_sources(struct warner *w, struct store *store, struct progress *progress,
			 const struct sources *sources, struct err *err)
{
	struct err trouble;

	for (size_t i = 0; i < sources->items.count; i++) {
		const struct source *s = &sources->items.items[i];
		size_t before = w->t->procs.count;
		bool read = file_load(w, store, s, progress, &trouble);

		for (size_t p = before; p < w->t->procs.count; p++)
			w->t->procs.items[p]->argument = s->argument;
		if (read)
			continue;
		if (s->named && sources->items.count == 1)
			return *err = trouble, false;
		if (w->count == 0)
			*err = trouble;
		warn_add(w, "%s", trouble.text);
	}
	return w->t->procs.count > 0;
}

static bool load_all(struct trace *t, const char *const *paths, int count, struct progress *progress, struct err *err)
{
	struct warner w = {.t = t};
	struct sources sources = {0};
	struct store store;
	bool ok;

	store_begin(&store, t->arena);
	ok = paths_find(t->arena, paths, count, &sources, err);
	progress->total = sources.bytes;
	ok = ok && load_sources(&w, &store, progress, &sources, err);
	store_end(&store);
	if (progress->tell)
		progress->tell(progress->done, progress->done);
	paths_free(&sources);
	warn_finish(&w);
	return ok;
}

struct trace *load_trace(const char *const *paths, int count, const struct load_options *options, struct err *err)
{
	struct progress progress = {.tell = options ? options->progress : NULL};
	struct trace *t = trace_new();

	if (!load_all(t, paths, count, &progress, err)) {
		trace_free(t);
		return NULL;
	}
	session_choose(t, options && options->all);
	if (!options || !options->libc)
		libc_own_leave_out(t);
	model_build(t);
	return t;
}
