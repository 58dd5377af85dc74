/* landmarks.c: picking them out, several threads at once. */
#include "viewer/load/landmarks.h"

#include "viewer/base/mem.h"
#include "viewer/base/work.h"

enum { AT_A_TIME = 32 << 10 }; /* events that a thread looks at at once */

struct picking {
	const struct trace *t;
	struct event **picked; /* of each piece, from where its events begin */
	size_t *counts;
};

static void pick(void *context, size_t worker, size_t from, size_t to)
{
	struct picking *p = context;
	size_t count = 0;

	(void)worker;
	for (size_t i = from; i < to; i++)
		if (!p->t->events.items[i]->is_plain)
			p->picked[from + count++] = p->t->events.items[i];
	p->counts[from / AT_A_TIME] = count;
}

static void join(struct trace *t, const struct picking *p, size_t pieces)
{
	size_t count = 0;

	for (size_t i = 0; i < pieces; i++)
		count += p->counts[i];
	vec_reserve_in(t->arena, &t->landmarks, count);
	for (size_t i = 0; i < pieces; i++)
		for (size_t k = 0; k < p->counts[i]; k++)
			vec_push_in(t->arena, &t->landmarks, p->picked[i * AT_A_TIME + k]);
}

void landmarks_find(struct trace *t)
{
	size_t pieces = work_pieces(t->events.count, AT_A_TIME);
	struct arena *scratch = arena_new();
	struct picking p = {.t = t};

	p.picked = arena_alloc(scratch, mem_product(t->events.count, sizeof *p.picked));
	p.counts = arena_alloc(scratch, mem_product(pieces, sizeof *p.counts));
	work_ranges(t->events.count, AT_A_TIME, pick, &p);
	join(t, &p, pieces);
	arena_free(scratch);
}
