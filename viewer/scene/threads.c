/* threads: the threads of processes by numbers that can be read. */
#include "viewer/scene/threads.h"

void threads_count(struct threads *threads, struct trace *t)
{
	unsigned *count = arena_alloc(t->arena, (t->procs.count + 1) * sizeof *count);

	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		struct thread *thread;

		if (e->proc->threads < 2)
			continue;
		thread = thread_add(t->arena, &threads->known, e);
		if (!thread->value)
			thread->value = (void *)(uintptr_t)++count[e->proc->index];
	}
}

unsigned threads_number(const struct threads *threads, const struct event *e)
{
	const struct thread *thread = thread_find(&threads->known, e);

	return thread ? (unsigned)(uintptr_t)thread->value : 0;
}

void threads_free(struct threads *threads)
{
	map_free(&threads->known);
}
