/* reached: whose listener a client reached. */
#include "viewer/load/reached.h"

#include <string.h>

#include "viewer/base/map.h"
#include "viewer/base/sort.h"
#include "viewer/model/listeners.h"
#include "viewer/model/steps.h"

struct listener {
	struct listening is;
	const struct process *server;
	uint64_t sock;
};

/* A connect that may have reached one. */
struct attempt {
	const struct event *connect;
	const struct client *client; /* NULL: not known */
	bool was_answered;           /* it got bytes: asked only where that matters */
};

/* A socket that connects. */
struct client {
	const char *boot;
	uint64_t sock;
	bool has_datagrams; /* which reach no listener */
	VEC(struct attempt *) attempts; /* by time */
};

struct finding {
	struct arena *arena;
	struct map by_sock, by_client;
	VEC(struct listener *) all;
	VEC(struct attempt *) attempts; /* by time */
	uint64_t *exit_ns; /* by the process's index; 0: it does not say */
};

static bool same_sock(const void *value, const void *key)
{
	const struct listener *a = value, *b = key;

	return a->sock == b->sock && a->server == b->server;
}

static struct listener *find_listener(const struct finding *f, const struct event *e)
{
	const struct listener key = {.server = e->proc, .sock = e->sock};

	return map_find(&f->by_sock, hash_number(e->sock, e->proc->index), same_sock, &key);
}

static void note_listen(struct finding *f, const struct event *e)
{
	struct listener *l = e->sock ? find_listener(f, e) : NULL;

	if (l || !e->sock)
		return;
	l = arena_alloc(f->arena, sizeof *l);
	*l = (struct listener){.server = e->proc, .sock = e->sock};
	l->is = (struct listening){.boot = e->proc->boot,
				   .netns = e->proc->netns,
				   .from_ns = e->t_ns,
				   .left_ns = e->proc->ending == END_RUNNING ? UINT64_MAX : e->proc->last_ns,
				   .is_complete = !e->proc->lost,
				   .who = l};
	map_add(&f->by_sock, hash_number(e->sock, e->proc->index), l);
	vec_push_in(f->arena, &f->all, l);
}

/* Where bind let the kernel choose, who asks for the name is told, and so is who takes a client in. */
static const struct address *own_address(const struct event *e)
{
	if (e->call == CALL_bind)
		return e->addr;
	return e->call == CALL_getsockname || event_is_accept(e) ? e->local : NULL;
}

static void leave(struct listener *l, uint64_t t_ns)
{
	if (!l->is.left_is_known || t_ns < l->is.left_ns)
		l->is.left_ns = t_ns;
	l->is.left_is_known = true;
}

static bool same_client(const void *value, const void *key)
{
	const struct client *a = value, *b = key;

	return a->sock == b->sock && strcmp(a->boot, b->boot) == 0;
}

static struct client *find_client(const struct finding *f, const struct process *p, uint64_t sock)
{
	const struct client key = {.boot = p->boot, .sock = sock};

	return sock ? map_find(&f->by_client, hash_number(0, sock), same_client, &key) : NULL;
}

static void note_kind(struct finding *f, const struct event *made)
{
	struct client *c = find_client(f, made->proc, made->more->made[0].sock);
	const char *type = c ? event_arg_text(made, "type") : NULL;

	if (text_is(type, "SOCK_DGRAM") || text_is(type, "SOCK_RAW"))
		c->has_datagrams = true;
}

static void note_more(struct finding *f, const struct event *e)
{
	const struct address *own = own_address(e);
	bool closes = e->call == CALL_close && e->refs == 0, sets = e->call == CALL_setsockopt;
	struct listener *l = e->sock && (own || closes || sets) ? find_listener(f, e) : NULL;

	/* Who is bound to any address accepts at one of them. */
	if (l && own && (e->call == CALL_bind || !l->is.host))
		l->is.host = own->host;
	if (l && own && own->port)
		l->is.port = own->port;
	if (l && closes)
		leave(l, e->t_ns);
	if (l && sets)
		listening_note_option(&l->is, e);
	if (e->call == CALL_socket)
		note_kind(f, e);
}

static bool may_have_reached(const struct event *e)
{
	return e->call == CALL_connect && e->addr && e->addr->port &&
	       (e->kind == EVENT_PENDING || (e->kind == EVENT_CALL && (!e->err || event_is_under_way(e))));
}

static uint64_t listened_ns(const void *listener)
{
	return ((const struct listener *)listener)->is.from_ns;
}

static uint64_t entry_ns(const void *attempt)
{
	return ((const struct attempt *)attempt)->connect->t_ns;
}

static void note_connect(struct finding *f, const struct event *e)
{
	struct attempt *a = arena_alloc(f->arena, sizeof *a);

	a->connect = e;
	vec_push_in(f->arena, &f->attempts, a);
}

static void add_to_client(struct finding *f, struct attempt *a)
{
	const struct event *e = a->connect;
	struct client *c = find_client(f, e->proc, e->sock);

	if (!e->sock)
		return;
	if (!c) {
		c = arena_alloc(f->arena, sizeof *c);
		*c = (struct client){.boot = e->proc->boot, .sock = e->sock};
		map_add(&f->by_client, hash_number(0, e->sock), c);
	}
	a->client = c;
	vec_push_in(f->arena, &c->attempts, a);
}

static void note_events(struct finding *f, const struct trace *t)
{
	for (size_t i = 0; i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i];

		if (e->kind == EVENT_CALL && e->call == CALL_listen && !e->err)
			note_listen(f, e);
		if (e->kind == EVENT_EXIT && !e->more->pid)
			f->exit_ns[e->proc->index] = e->t_ns;
		if (may_have_reached(e))
			note_connect(f, e);
	}
	sort_by_number(f->attempts.items, f->attempts.count, entry_ns);
	for (size_t i = 0; f->all.count && i < f->attempts.count; i++)
		add_to_client(f, f->attempts.items[i]);
	for (size_t i = 0; f->all.count && i < t->landmarks.count; i++)
		if (t->landmarks.items[i]->kind == EVENT_CALL && !t->landmarks.items[i]->err)
			note_more(f, t->landmarks.items[i]);
	for (size_t i = 0; i < f->all.count; i++)
		if (f->exit_ns[f->all.items[i]->server->index])
			leave(f->all.items[i], f->exit_ns[f->all.items[i]->server->index]);
	sort_by_number(f->all.items, f->all.count, listened_ns);
}

/* Whether it may depend on answers whom somebody reached. */
static bool needs_answers(const struct finding *f)
{
	uint64_t last_ns = f->attempts.count ? entry_ns(f->attempts.items[f->attempts.count - 1]) : 0;

	for (size_t i = 0; i < f->all.count; i++)
		if (!f->all.items[i]->is.left_is_known && f->all.items[i]->is.left_ns < last_ns)
			return true;
	return false;
}

/* The latest before, and what asked about the same connection before that. */
static void answer(struct client *c, uint64_t t_ns)
{
	size_t i = sort_below(c->attempts.items, c->attempts.count, entry_ns, t_ns);

	while (i-- && !c->attempts.items[i]->was_answered) {
		c->attempts.items[i]->was_answered = true;
		if (!i || listening_is_asked_anew(c->attempts.items[i]->connect) ||
		    !event_is_under_way(c->attempts.items[i - 1]->connect))
			break;
	}
}

static void find_answers(struct finding *f, const struct trace *t)
{
	if (!needs_answers(f))
		return;
	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];
		struct client *c = e->sock && listening_is_answer(e) ? find_client(f, e->proc, e->sock) : NULL;

		if (c)
			answer(c, e->t_ns);
	}
}

void reached_find(const struct trace *t, void (*tell)(void *to, const struct process *server, uint64_t t_ns), void *to)
{
	struct finding f = {.arena = arena_new()};
	struct listeners *listeners;

	f.exit_ns = arena_alloc(f.arena, (t->procs.count + 1) * sizeof *f.exit_ns);
	note_events(&f, t);
	find_answers(&f, t);
	listeners = listeners_new(f.arena);
	for (size_t i = 0, next = 0; f.all.count && i < f.attempts.count; i++) {
		const struct attempt *a = f.attempts.items[i];
		const struct listening *found;

		if (a->client && a->client->has_datagrams)
			continue;
		while (next < f.all.count && f.all.items[next]->is.from_ns < a->connect->t_ns)
			listeners_add(listeners, &f.all.items[next++]->is);
		found = listeners_find(listeners, a->connect, a->was_answered);
		if (found)
			tell(to, ((const struct listener *)found->who)->server, a->connect->t_ns);
	}
	map_free(&f.by_client);
	listeners_free(listeners);
	map_free(&f.by_sock);
	arena_free(f.arena);
}
