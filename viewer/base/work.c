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
	cpu_set_t set;

	if (alone)
		return 1;
	return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
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
