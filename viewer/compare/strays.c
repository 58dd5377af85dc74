/* strays: calls on a descriptor after it was closed. */
#include "viewer/compare/making.h"

/* What a number was last in a process. */
struct number {
	const struct process *proc;
	int fd;
	const struct sock *sock;
};

static bool same_number(const void *value, const void *key)
{
	const struct number *a = value, *b = key;

	return a->proc == b->proc && a->fd == b->fd;
}

static bool same_sock(const void *value, const void *key)
{
	return ((const struct stray *)value)->sock == key;
}

static bool is_stray(const struct event *e)
{
	return e->kind == EVENT_CALL && !e->socket && e->fd >= 0 && text_equals(e->err, "EBADF") && !e->via;
}

static void note_descriptor(struct map *numbers, const struct descriptor *d, struct arena *a)
{
	struct number key = {.proc = d->proc, .fd = d->fd, .sock = d->sock};
	uint64_t hash = hash_number((uintptr_t)d->proc, (uint64_t)d->fd);
	struct number *n = map_find(numbers, hash, same_number, &key);

	if (!n) {
		n = arena_alloc(a, sizeof *n);
		map_add(numbers, hash, n);
	}
	*n = key;
}

static void add(struct strays *s, const struct map *numbers, const struct event *e, struct arena *a)
{
	struct number key = {.proc = e->proc, .fd = e->fd};
	const struct number *n = map_find(numbers, hash_number((uintptr_t)e->proc, (uint64_t)e->fd), same_number, &key);
	struct stray *stray;

	if (!n)
		return;
	stray = map_find(&s->by_sock, hash_number(0, (uintptr_t)n->sock), same_sock, n->sock);
	if (!stray) {
		stray = arena_alloc(a, sizeof *stray);
		stray->sock = n->sock;
		map_add(&s->by_sock, hash_number(0, (uintptr_t)n->sock), stray);
	}
	vec_push(&stray->events, e);
}

void strays_find(struct strays *s, const struct trace *t, struct arena *a)
{
	struct map numbers = {0};
	size_t next = 0;

	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];

		if (!is_stray(e))
			continue;
		for (; next < t->descriptors.count && t->descriptors.items[next]->born_ns <= e->t_ns; next++)
			note_descriptor(&numbers, t->descriptors.items[next], a);
		add(s, &numbers, e, a);
	}
	map_free(&numbers);
}

void strays_free(struct strays *s)
{
	for (size_t i = 0; i < s->by_sock.room; i++)
		if (s->by_sock.slots[i].value)
			vec_free(&((struct stray *)s->by_sock.slots[i].value)->events);
	map_free(&s->by_sock);
}

const struct stray *strays_of(const struct strays *s, const struct sock *sock)
{
	return map_find(&s->by_sock, hash_number(0, (uintptr_t)sock), same_sock, sock);
}
