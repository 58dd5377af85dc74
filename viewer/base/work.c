/* work.c: pieces of work side by side. */
#include "viewer/base/work.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "viewer/base/mem.h"

struct work {
	void (*run)(void *, size_t, size_t);
	void *context;
	size_t pieces;
	atomic_size_t next;
};

struct worker {
	struct work *work;
	size_t number;
	pthread_t thread;
	bool runs;
};

static bool alone;

void work_alone(void)
{
	alone = true;
}

size_t work_processors(void)
{
	/* Asked once: what was made for each worker must be enough for all work that follows. */
	static size_t known;
	cpu_set_t set;

	if (alone)
		return 1;
	if (!known)
		known = sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
	return known;
}

size_t work_width(size_t pieces)
{
	size_t processors = work_processors();

	return pieces < processors ? pieces : processors;
}

static void *take_pieces(void *subject)
{
	struct worker *w = subject;
	size_t piece;

	while ((piece = atomic_fetch_add(&w->work->next, 1)) < w->work->pieces)
		w->work->run(w->work->context, w->number, piece);
	return NULL;
}

/* Where a thread cannot be had the others do its work. */
void work_each(size_t pieces, void (*run)(void *, size_t, size_t), void *context)
{
	struct work work = {.run = run, .context = context, .pieces = pieces};
	size_t width = work_width(pieces);
	struct worker *workers = mem_zeroed(mem_product(width, sizeof *workers));

	for (size_t i = 0; i < width; i++) {
		workers[i].work = &work;
		workers[i].number = i;
		workers[i].runs = i && pthread_create(&workers[i].thread, NULL, take_pieces, &workers[i]) == 0;
	}
	if (width)
		take_pieces(&workers[0]);
	for (size_t i = 1; i < width; i++)
		if (workers[i].runs)
			pthread_join(workers[i].thread, NULL);
	free(workers);
}

struct ranges {
	void (*run)(void *, size_t, size_t, size_t);
	void *context;
	size_t count, at_a_time;
};

static void run_range(void *subject, size_t worker, size_t piece)
{
	const struct ranges *r = subject;
	size_t from = piece * r->at_a_time, left = r->count - from;

	r->run(r->context, worker, from, from + (left < r->at_a_time ? left : r->at_a_time));
}

void work_ranges(size_t count, size_t at_a_time, void (*run)(void *context, size_t worker, size_t from, size_t to),
		 void *context)
{
	struct ranges r = {run, context, count, at_a_time};

	work_each(work_pieces(count, at_a_time), run_range, &r);
}
