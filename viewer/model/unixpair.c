/* unixpair.c: connections between names in the file system or the abstract space. */
#include <string.h>

#include "viewer/model/place.h"
#include "viewer/model/steps.h"

struct name {
	const char *text; /* '/' and a path, or '@' and an abstract name */
	const char *boot;
	struct sock *listener; /* the latest */
};

/* Connects of one process that wait at a listener, in order; pid 0: of all processes. */
struct queue {
	const struct sock *listener;
	uint32_t pid;
	VEC(struct conn *) list;
	size_t head;
};

struct unixpair {
	struct build *b;
	struct map names, queues;
};

static void free_queue(void *subject)
{
	struct queue *q = subject;

	vec_free(&q->list);
}

struct unixpair *unixpair_new(struct build *b)
{
	struct unixpair *u = arena_alloc(b->scratch, sizeof *u);

	u->b = b;
	return u;
}

void unixpair_free(struct unixpair *u)
{
	map_free(&u->names);
	map_free(&u->queues);
}

static bool same_name(const void *value, const void *key)
{
	const struct name *a = value, *b = key;

	return strcmp(a->text, b->text) == 0 && strcmp(a->boot, b->boot) == 0;
}

static struct name *name_of_address(struct unixpair *u, const struct address *a, const struct process *p, bool add)
{
	struct name key = {.boot = p->boot}, *n;
	struct place place;
	uint64_t hash;

	if (!place_of(&place, u->b->scratch, a, p) || !place.name)
		return NULL;
	key.text = place.name;
	hash = hash_string(hash_string(0, key.text), key.boot);
	n = map_find(&u->names, hash, same_name, &key);
	if (n || !add)
		return n;
	n = arena_alloc(u->b->scratch, sizeof *n);
	*n = key;
	map_add(&u->names, hash, n);
	return n;
}

void unixpair_listen(struct unixpair *u, struct sock *listener)
{
	const struct event *known = listener->bound ? listener->bound : listener->events.items[0];
	struct name *n = name_of_address(u, listener->local, known->proc, true);

	if (n)
		n->listener = listener;
}

static bool same_queue(const void *value, const void *key)
{
	const struct queue *a = value, *b = key;

	return a->listener == b->listener && a->pid == b->pid;
}

static struct queue *queue_of(struct unixpair *u, const struct sock *listener, uint32_t pid, bool add)
{
	struct queue key = {.listener = listener, .pid = pid}, *q;
	uint64_t hash = hash_number((uintptr_t)listener, pid);

	q = map_find(&u->queues, hash, same_queue, &key);
	if (q || !add)
		return q;
	q = arena_alloc(u->b->scratch, sizeof *q);
	*q = key;
	arena_defer(u->b->scratch, free_queue, q);
	map_add(&u->queues, hash, q);
	return q;
}

void unixpair_connect(struct unixpair *u, struct conn *c, const struct event *connect)
{
	const struct address *to = connect->addr ? connect->addr : connect->peer;
	struct name *n = name_of_address(u, to, connect->proc, false);
	uint32_t pid = connect->more->pid ? connect->more->pid : connect->proc->pid;

	if (!n)
		return;
	c->listener = n->listener;
	vec_push(&queue_of(u, c->listener, pid, true)->list, c);
	vec_push(&queue_of(u, c->listener, 0, true)->list, c);
}

static bool is_waiting(const struct conn *c)
{
	return !c->ends[SIDE_SERVER].made && (c->outcome == CONN_OPEN || c->outcome == CONN_PENDING);
}

struct conn *unixpair_accept(struct unixpair *u, const struct event *accept)
{
	struct queue *q = queue_of(u, accept->socket, accept->more->peer_pid, false);

	while (q && q->head < q->list.count) {
		struct conn *c = q->list.items[q->head];

		if (is_waiting(c) && c->begun_ns > event_end_ns(accept))
			return NULL;
		q->head++;
		if (is_waiting(c))
			return c;
	}
	return NULL;
}
