/* threads: the threads of processes by numbers that can be read. */
#include "viewer/scene/threads.h"

struct thread {
	const struct process *proc;
	uint32_t tid;
	unsigned number;
};

static bool is_same(const void *value, const void *key)
{
	const struct thread *a = value, *b = key;

	return a->proc == b->proc && a->tid == b->tid;
}

unsigned threads_number(struct threads *threads, struct trace *t, const struct event *e)
{
	struct thread key = {.proc = e->proc, .tid = e->tid};
	uint64_t hash = hash_number(hash_number(0, e->proc->index), e->tid);
	struct thread *thread = map_find(&threads->known, hash, is_same, &key);

	if (thread)
		return thread->number;
	if (!threads->count)
		threads->count = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *threads->count);
	thread = arena_alloc(t->arena, sizeof *thread);
	key.number = ++threads->count[e->proc->index];
	*thread = key;
	map_add(&threads->known, hash, thread);
	return thread->number;
}

void threads_free(struct threads *threads)
{
	map_free(&threads->known);
}
