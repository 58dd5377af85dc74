/* thread_map.c: threads by process and tid. */
#include "viewer/model/thread_map.h"

#include "viewer/model/model.h"

static bool same_thread(const void *value, const void *key)
{
	const struct thread *t = value;
	const struct event *e = key;

	return t->proc == e->proc && t->tid == e->tid;
}

static uint64_t hash_of(const struct event *e)
{
	return hash_number(e->proc->index, e->tid);
}

struct thread *thread_find(const struct map *threads, const struct event *e)
{
	return map_find(threads, hash_of(e), same_thread, e);
}

struct thread *thread_add(struct arena *a, struct map *threads, const struct event *e)
{
	struct thread *t = thread_find(threads, e);

	if (t)
		return t;
	t = arena_alloc(a, sizeof *t);
	*t = (struct thread){.proc = e->proc, .tid = e->tid};
	map_add(threads, hash_of(e), t);
	return t;
}
