/* tracks: a number for each process and thread that no other of the trace has. */
#include "viewer/export/tracks.h"

enum { BEYOND_PIDS = 1 << 22 }; /* PID_MAX_LIMIT */

struct thread {
	const struct process *proc;
	uint32_t tid;
	uint64_t number;
};

static bool is_thread(const void *value, const void *key)
{
	const struct thread *a = value, *b = key;

	return a->proc == b->proc && a->tid == b->tid;
}

static bool is_number(const void *value, const void *key)
{
	return ((const struct thread *)value)->number == *(const uint64_t *)key;
}

/* The wanted number, or one of its own where another has that. */
static struct thread *add(struct tracks *k, const struct process *p, uint32_t tid, uint64_t wanted)
{
	struct thread *thread = arena_alloc(k->arena, sizeof *thread);

	if (map_find(&k->taken, hash_number(0, wanted), is_number, &wanted))
		wanted = k->next++;
	*thread = (struct thread){p, tid, wanted};
	map_add(&k->taken, hash_number(0, wanted), thread);
	map_add(&k->threads, hash_number(hash_number(0, p->index), tid), thread);
	return thread;
}

struct tracks tracks_new(struct trace *t)
{
	struct tracks k = {.arena = arena_new(), .next = BEYOND_PIDS + 1};

	k.of_process = arena_alloc(k.arena, (t->procs.count + 1) * sizeof *k.of_process);
	for (size_t i = 0; i < t->procs.count; i++) {
		const struct process *p = t->procs.items[i];

		k.of_process[p->index] = add(&k, p, p->pid, p->pid)->number;
	}
	return k;
}

void tracks_free(struct tracks *k)
{
	map_free(&k->threads);
	map_free(&k->taken);
	arena_free(k->arena);
}

uint64_t tracks_thread(struct tracks *k, const struct process *p, uint32_t tid, bool *is_new)
{
	struct thread key = {.proc = p, .tid = tid};
	struct thread *found = map_find(&k->threads, hash_number(hash_number(0, p->index), tid), is_thread, &key);

	*is_new = !found;
	if (!found)
		found = add(k, p, tid, tid);
	return found->number;
}
