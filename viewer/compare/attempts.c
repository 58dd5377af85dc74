/* attempts: what was given up for another try at the same port: the next address of getaddrinfo, or the same once more. */
#include "viewer/compare/making.h"

/* The latest try of a thread at a port. */
struct attempt {
	const struct process *proc;
	uint32_t tid;
	uint16_t port;
	const char *path;
	const struct conn *conn; /* NULL: it bound */
	const struct sock *sock;
};

static bool same_aim(const void *value, const void *key)
{
	const struct attempt *a = value, *b = key;

	return a->proc == b->proc && a->tid == b->tid && a->port == b->port && !a->conn == !b->conn &&
	       (a->path == b->path || text_equals(a->path, b->path));
}

static bool same_sock(const void *value, const void *key)
{
	return value == key;
}

static struct attempt attempt_at(const struct event *e, const struct address *to)
{
	return (struct attempt){
		.proc = e->proc, .tid = e->tid, .port = to->port, .path = to->path ? to->path : to->abstract};
}

/* The try before at the same aim, whose place this one takes; NULL: it is the first. */
static struct attempt *replace(struct map *tries, const struct attempt *try, struct attempt *before, struct arena *a)
{
	uint64_t hash = hash_number(hash_number((uintptr_t)try->proc, try->tid), try->port);
	struct attempt *known = map_find(tries, hash, same_aim, try);

	if (known) {
		*before = *known;
		*known = *try;
		return before;
	}
	known = arena_alloc(a, sizeof *known);
	*known = *try;
	map_add(tries, hash, known);
	return NULL;
}

static bool came_to_nothing(const struct conn *c)
{
	return c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED;
}

static void note_conn(struct attempts *a, struct map *tries, const struct conn *c, struct arena *arena)
{
	const struct event *e = c->ends[SIDE_CLIENT].made;
	struct attempt try, before;

	if (!e || e->call != CALL_connect || !e->addr)
		return;
	try = attempt_at(e, e->addr);
	try.conn = c;
	if (!replace(tries, &try, &before, arena) || !came_to_nothing(before.conn))
		return;
	a->given_up[before.conn->id - 1] = true;
	a->tried[c->id - 1] = a->tried[before.conn->id - 1] + 1;
}

/* A socket that was bound, or to be bound, and never came to listen. */
static void note_bind(struct attempts *a, struct map *tries, const struct event *e, struct arena *arena)
{
	struct attempt try = attempt_at(e, e->addr), before;

	try.sock = e->socket;
	if (!replace(tries, &try, &before, arena) || before.sock == e->socket || !before.sock->closed ||
	    before.sock->listened || (before.sock->bound && text_equals(before.sock->type, "SOCK_DGRAM")))
		return;
	map_add(&a->abandoned, hash_number(0, (uintptr_t)before.sock), (void *)before.sock);
}

void attempts_find(struct attempts *a, const struct trace *t, struct arena *arena)
{
	struct map tries = {0};

	a->tried = arena_alloc(arena, (t->conns.count + 1) * sizeof *a->tried);
	a->given_up = arena_alloc(arena, (t->conns.count + 1) * sizeof *a->given_up);
	for (size_t i = 0; i < t->conns.count; i++)
		note_conn(a, &tries, t->conns.items[i], arena);
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];

		if (e->call == CALL_bind && e->kind == EVENT_CALL && e->addr && e->addr->port && e->socket)
			note_bind(a, &tries, e, arena);
	}
	map_free(&tries);
}

void attempts_free(struct attempts *a)
{
	map_free(&a->abandoned);
}

bool attempts_abandoned(const struct attempts *a, const struct sock *s)
{
	return map_find(&a->abandoned, hash_number(0, (uintptr_t)s), same_sock, s) != NULL;
}
