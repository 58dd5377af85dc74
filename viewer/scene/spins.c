/* spins: calls that are made again and again because there is nothing yet. */
#include "viewer/scene/spins.h"

#include <string.h>

enum { TURNS = 16 }; /* different calls in one turn of a loop; those beyond are told each time */

/* What a thread has tried in vain since it last got something done. */
struct round {
	struct spin tried[TURNS];
	unsigned count;
};

static bool found_nothing(const struct event *e)
{
	if (e->kind != EVENT_CALL || e->call >= CALL_COUNT)
		return false;
	if (e->err)
		return strcmp(e->err, "EAGAIN") == 0 || strcmp(e->err, "EALREADY") == 0;
	return call_table[e->call].result == RESULT_COUNT && e->ret == 0;
}

static bool is_the_same(const struct event *a, const struct event *b)
{
	return a->call == b->call && a->fd == b->fd && !a->err == !b->err && (!a->err || strcmp(a->err, b->err) == 0);
}

void spins_stop(struct spins *s, const struct event *e)
{
	struct thread *t = s->threads.count ? thread_find(&s->threads, e) : NULL;

	if (t)
		((struct round *)t->value)->count = 0;
}

static struct round *round_of(struct spins *s, struct arena *a, const struct event *e)
{
	struct thread *t = thread_add(a, &s->threads, e);

	if (!t->value)
		t->value = arena_alloc(a, sizeof(struct round));
	return t->value;
}

struct spin *spins_next(struct spins *s, struct arena *a, const struct event *e)
{
	struct round *round;

	if (!found_nothing(e)) {
		spins_stop(s, e);
		return NULL;
	}
	round = round_of(s, a, e);
	for (unsigned i = 0; i < round->count; i++)
		if (is_the_same(round->tried[i].first, e))
			return &round->tried[i];
	if (round->count == TURNS)
		return NULL;
	round->tried[round->count] = (struct spin){.first = e};
	return &round->tried[round->count++];
}

void spins_free(struct spins *s)
{
	map_free(&s->threads);
}
