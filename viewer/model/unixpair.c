/* unixpair.c: connections between names in the file system or the abstract space. */
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/model/listeners.h"
#include "viewer/model/place.h"
#include "viewer/model/steps.h"

struct name {
	const char *text; /* '/' and a path, '@' and an abstract name, or '#' and who listens, see name_of_owner */
	const char *boot;
	uint64_t netns;        /* of an abstract name; else 0 */
	struct sock *listener; /* the latest */
};

/* Connects of one process that wait at a listener, in order; pid 0: of all processes. */
struct queue {
	const struct sock *listener;
	uint32_t pid;
	VEC(struct conn *) list;
	size_t head;
	bool shared; /* pid 0: somebody accepts here in a sandbox, too, and nothing tells whom */
};

/* All calls of listen on a socket, by time. */
struct calls {
	const struct sock *listener;
	VEC(const struct event *) list;
};

struct unixpair {
	struct build *b;
	struct map names, queues, calls;
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
	map_free(&u->calls);
}

static bool same_name(const void *value, const void *key)
{
	const struct name *a = value, *b = key;

	return a->netns == b->netns && strcmp(a->text, b->text) == 0 && strcmp(a->boot, b->boot) == 0;
}

static struct name *find_name(struct unixpair *u, const struct name *key, bool add)
{
	uint64_t hash = hash_string(hash_string(key->netns, key->text), key->boot);
	struct name *n = map_find(&u->names, hash, same_name, key);

	if (n || !add)
		return n;
	n = arena_alloc(u->b->scratch, sizeof *n);
	*n = *key;
	map_add(&u->names, hash, n);
	return n;
}

static struct name *name_of_address(struct unixpair *u, const struct address *a, const struct process *p, bool add)
{
	struct name key = {.boot = p->boot};
	struct place place;

	if (!place_of(&place, u->b->scratch, a, p) || !place.name)
		return NULL;
	key.text = place.name;
	key.netns = place.name[0] == '@' ? p->netns : 0;
	return find_name(u, &key, add);
}

/* A relative path that was bound or connected to in another directory: the file's name, and the process that listens, which
 * the kernel tells who connects. */
static struct name *name_of_owner(struct unixpair *u, const struct address *a, const char *boot, uint32_t pid, bool add)
{
	struct name key = {.boot = boot};
	const char *slash;

	if (!a || !a->path || !pid)
		return NULL;
	slash = strrchr(a->path, '/');
	key.text = arena_printf(u->b->scratch, "#%u %s", pid, slash ? slash + 1 : a->path);
	return find_name(u, &key, add);
}

static uint32_t caller_of(const struct event *e)
{
	return e->more->pid ? e->more->pid : e->proc->pid;
}

static void name_owner(struct unixpair *u, struct sock *listener, uint32_t pid)
{
	struct name *n = name_of_owner(u, listener->local, listener->boot, pid, true);

	if (n)
		n->listener = listener;
}

void unixpair_listen(struct unixpair *u, struct sock *listener)
{
	const struct event *known = listener->bound ? listener->bound : listener->events.items[0];
	const struct event *by = listener->listened ? listener->listened : known;
	struct name *n = name_of_address(u, listener->local, known->proc, true);

	if (n)
		n->listener = listener;
	name_owner(u, listener, caller_of(by));
}

void unixpair_listen_again(struct unixpair *u, const struct event *listen)
{
	name_owner(u, listen->socket, caller_of(listen));
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

static bool same_calls(const void *value, const void *key)
{
	return ((const struct calls *)value)->listener == key;
}

static struct calls *calls_on(const struct unixpair *u, const struct sock *listener)
{
	return map_find(&u->calls, hash_number(0, (uintptr_t)listener), same_calls, listener);
}

static void note_listen(struct unixpair *u, const struct event *e)
{
	struct calls *c = calls_on(u, e->socket);

	if (!c) {
		c = arena_alloc(u->b->scratch, sizeof *c);
		c->listener = e->socket;
		map_add(&u->calls, hash_number(0, (uintptr_t)e->socket), c);
	}
	vec_push_in(u->b->scratch, &c->list, e);
}

static uint64_t entry_ns(const void *event)
{
	return ((const struct event *)event)->t_ns;
}

static bool may_be_named(const struct event *listen, const struct event *connect)
{
	return listen->proc->pidns != connect->proc->pidns || caller_of(listen) == connect->more->peer_pid;
}

/* The kernel tells whose listener it was, as a pid of the client's: who called listen last, by the time the connect was done. */
static bool is_owner(const struct unixpair *u, const struct sock *listener, const struct event *connect)
{
	const struct calls *c = calls_on(u, listener);
	size_t count = c ? sort_below(c->list.items, c->list.count, entry_ns, event_end_ns(connect) + 1) : 0;

	if (!count || !connect->more->peer_pid)
		return true;
	while (count--) {
		if (may_be_named(c->list.items[count], connect))
			return true;
		if (event_end_ns(c->list.items[count]) < connect->t_ns)
			break;
	}
	return false;
}

/* A name outlives who listened there. */
static bool may_meet(const struct unixpair *u, struct sock *listener, const struct event *connect, bool was_answered)
{
	struct listening l = listening_of(listener);

	return is_owner(u, listener, connect) && !listening_has_left(&l, connect, was_answered);
}

void unixpair_connect(struct unixpair *u, struct conn *c, const struct event *connect, bool was_answered)
{
	const struct address *to = connect->addr ? connect->addr : connect->peer;
	struct name *n = name_of_address(u, to, connect->proc, false);
	uint32_t pid = caller_of(connect);

	if (!n || !may_meet(u, n->listener, connect, was_answered))
		n = name_of_owner(u, to, connect->proc->boot, connect->more->peer_pid, false);
	if (!n || !may_meet(u, n->listener, connect, was_answered))
		return;
	c->listener = n->listener;
	vec_push(&queue_of(u, c->listener, pid, true)->list, c);
	vec_push(&queue_of(u, c->listener, 0, true)->list, c);
}

static bool is_waiting(const struct conn *c)
{
	return !c->ends[SIDE_SERVER].made && (c->outcome == CONN_OPEN || c->outcome == CONN_PENDING);
}

void unixpair_foresee(struct unixpair *u, const struct event *e)
{
	if (e->call == CALL_listen)
		note_listen(u, e);
	else if (e->more->made[0].sock >= TRACE_OWN_SOCK)
		queue_of(u, e->socket, 0, true)->shared = true;
}

/* The first that waits, which stays in the queue; NULL. */
static struct conn *first_waiting(struct queue *q)
{
	while (q->head < q->list.count && !is_waiting(q->list.items[q->head]))
		q->head++;
	return q->head < q->list.count ? q->list.items[q->head] : NULL;
}

/* One in a sandbox, or of whom no record tells, may have taken any of several. */
static bool is_alone(const struct queue *q)
{
	for (size_t i = q->head + 1; i < q->list.count; i++)
		if (is_waiting(q->list.items[i]))
			return false;
	return true;
}

struct conn *unixpair_accept(struct unixpair *u, const struct event *accept)
{
	const struct queue *all = queue_of(u, accept->socket, 0, false);
	struct queue *q = queue_of(u, accept->socket, accept->more->peer_pid, false);
	struct conn *first = q ? first_waiting(q) : NULL;
	bool is_shared = (all && all->shared) || accept->socket->unrecorded_ns <= event_end_ns(accept);

	/* In a sandbox the kernel was not asked: nameless.c. */
	if (!first || accept->more->made[0].sock >= TRACE_OWN_SOCK || first->begun_ns > event_end_ns(accept))
		return NULL;
	if (is_shared && !is_alone(q))
		return NULL;
	q->head++;
	return first;
}
