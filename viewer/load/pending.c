/* pending.c: which calls that had begun are still waited in. */
#include "viewer/load/pending.h"

#include "viewer/base/map.h"

/* A call that has begun: its thread and its time say which. */
struct begun {
	struct event *last; /* the copy that stands furthest back; NULL once the call is seen to have returned */
	const struct event *key;
};

/* A thread that has pendings. */
struct thread {
	const struct event *key;
	uint64_t latest_ns; /* end of its lines behind the place that is looked at */
};

struct state {
	struct arena *arena;
	struct map begun, threads;
};

static bool same_thread(const void *value, const void *key)
{
	const struct event *a = ((const struct thread *)value)->key, *b = key;

	return a->proc == b->proc && a->tid == b->tid;
}

static bool same_call(const void *value, const void *key)
{
	const struct event *a = ((const struct begun *)value)->key, *b = key;

	return a->proc == b->proc && a->tid == b->tid && a->t_ns == b->t_ns;
}

static uint64_t thread_hash(const struct event *e)
{
	return hash_number((uintptr_t)e->proc, e->tid);
}

static uint64_t call_hash(const struct event *e)
{
	return hash_number(thread_hash(e), e->t_ns);
}

static struct begun *find_begun(const struct state *s, const struct event *e)
{
	return map_find(&s->begun, call_hash(e), same_call, e);
}

static void add_pending(struct state *s, struct event *e)
{
	struct begun *b = find_begun(s, e);

	if (!b) {
		b = arena_alloc(s->arena, sizeof *b);
		b->key = e;
		map_add(&s->begun, call_hash(e), b);
	}
	b->last = e;
	if (!map_find(&s->threads, thread_hash(e), same_thread, e)) {
		struct thread *t = arena_alloc(s->arena, sizeof *t);

		t->key = e;
		map_add(&s->threads, thread_hash(e), t);
	}
}

static void add_call(struct state *s, const struct event *e)
{
	struct begun *b = find_begun(s, e);

	if (b)
		b->last = NULL;
}

static void drop_returned(struct state *s, struct trace *t, size_t first)
{
	size_t kept = first;

	for (size_t i = first; i < t->events.count; i++) {
		struct event *e = t->events.items[i];

		if (e->kind != EVENT_PENDING || find_begun(s, e)->last == e)
			t->events.items[kept++] = e;
	}
	t->events.count = kept;
}

/* A handler's event in a blocking call copies the pending forward, so what stands behind the last copy came after
 * it was given up. The exit of a process does not end what its threads wait in: it happens to them. */
static void mark_abandoned(struct state *s, struct trace *t, size_t first)
{
	for (size_t i = t->events.count; i-- > first;) {
		struct event *e = t->events.items[i];
		struct thread *thread = map_find(&s->threads, thread_hash(e), same_thread, e);

		if (!thread || e->kind == EVENT_EXIT)
			continue;
		if (e->kind == EVENT_PENDING)
			e->abandoned = thread->latest_ns > e->t_ns;
		if (event_end_ns(e) > thread->latest_ns)
			thread->latest_ns = event_end_ns(e);
	}
}

void pending_settle(struct trace *t, size_t first)
{
	struct state s = {.arena = arena_new()};

	for (size_t i = first; i < t->events.count; i++)
		if (t->events.items[i]->kind == EVENT_PENDING)
			add_pending(&s, t->events.items[i]);
	for (size_t i = first; s.begun.count && i < t->events.count; i++)
		if (t->events.items[i]->kind == EVENT_CALL)
			add_call(&s, t->events.items[i]);
	if (s.begun.count) {
		drop_returned(&s, t, first);
		mark_abandoned(&s, t, first);
	}
	map_free(&s.begun);
	map_free(&s.threads);
	arena_free(s.arena);
}
