/* load.c: from directories and files to a trace. */
#include "viewer/load/load.h"

#include <stdlib.h>

#include "viewer/base/mem.h"
#include "viewer/base/work.h"
#include "viewer/load/file.h"
#include "viewer/load/libc_own.h"
#include "viewer/load/session.h"

/* All files while they are read. */
struct loading {
	struct trace *t;
	const struct load_options *options;
	struct sources sources;
	struct file *files;         /* one a source */
	VEC(struct piece *) pieces; /* of all of them */
	struct store store;         /* what all threads have in common */
	struct store *hands;        /* one a worker */
	pthread_mutex_t lock;       /* of the store, and of what follows */
	uint64_t done;              /* bytes */
};

static struct trace *trace_new(void)
{
	struct arena *a = arena_new();
	struct trace *t = arena_alloc(a, sizeof *t);

	t->arena = a;
	return t;
}

static void open_files(struct loading *l)
{
	l->files = mem_zeroed(mem_product(l->sources.items.count, sizeof *l->files));
	for (size_t i = 0; i < l->sources.items.count; i++) {
		struct file *f = &l->files[i];

		file_open(f, l->t->arena, &l->store, &l->sources.items.items[i]);
		for (size_t k = 0; k < f->pieces.count; k++)
			vec_push(&l->pieces, &f->pieces.items[k]);
	}
}

static void read_piece(void *context, size_t worker, size_t index)
{
	struct loading *l = context;
	struct piece *p = l->pieces.items[index];

	piece_read(p, &l->hands[worker]);
	if (!l->options || !l->options->progress)
		return;
	pthread_mutex_lock(&l->lock);
	l->done += (uint64_t)(p->end - p->begin);
	l->options->progress(l->done, l->sources.bytes);
	pthread_mutex_unlock(&l->lock);
}

static void read_pieces(struct loading *l)
{
	size_t width = work_width(l->pieces.count);

	l->hands = mem_zeroed(mem_product(width, sizeof *l->hands));
	for (size_t i = 0; i < width; i++) {
		store_join(&l->hands[i], arena_branch(l->t->arena), &l->store, &l->lock);
	}
	work_each(l->pieces.count, read_piece, l);
	for (size_t i = 0; i < width; i++)
		store_end(&l->hands[i]);
	free(l->hands);
}

/* One bad file among good ones is a warning; where nothing could be read, the first one's trouble is the answer. */
static bool take_files(struct loading *l, struct warner *w, struct err *err)
{
	struct err trouble;
	size_t events = 0;

	for (size_t i = 0; i < l->pieces.count; i++)
		events += l->pieces.items[i]->events.count;
	vec_reserve_in(l->t->arena, &l->t->events, events);
	for (size_t i = 0; i < l->sources.items.count; i++) {
		if (file_take(&l->files[i], w, &l->store, &trouble))
			continue;
		if (l->sources.items.items[i].named && l->sources.items.count == 1)
			return *err = trouble, false;
		if (w->count == 0)
			*err = trouble;
		warn_add(w, "%s", trouble.text);
	}
	return l->t->procs.count > 0;
}

static bool load_all(struct trace *t, const char *const *paths, int count, const struct load_options *options,
		     struct err *err)
{
	struct loading l = {.t = t, .options = options, .lock = PTHREAD_MUTEX_INITIALIZER};
	struct warner w = {.t = t};
	bool ok;

	store_begin(&l.store, t->arena);
	ok = paths_find(t->arena, paths, count, &l.sources, err);
	if (ok) {
		open_files(&l);
		read_pieces(&l);
		ok = take_files(&l, &w, err);
		for (size_t i = 0; i < l.sources.items.count; i++)
			file_free(&l.files[i]);
	}
	if (options && options->progress)
		options->progress(l.done, l.done);
	store_end(&l.store);
	free(l.files);
	vec_free(&l.pieces);
	paths_free(&l.sources);
	warn_finish(&w);
	return ok;
}

struct trace *load_trace(const char *const *paths, int count, const struct load_options *options, struct err *err)
{
	struct trace *t = trace_new();

	if (!load_all(t, paths, count, options, err)) {
		trace_free(t);
		return NULL;
	}
	session_choose(t, options && options->all);
	if (!options || !options->libc)
		libc_own_leave_out(t);
	model_build(t);
	return t;
}
