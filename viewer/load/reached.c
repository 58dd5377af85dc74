/* reached: whose listener a client reached. */
#include "viewer/load/reached.h"

#include <string.h>

#include "viewer/base/map.h"
#include "viewer/base/sort.h"

struct listener {
	const struct process *server;
	uint64_t sock, listened_ns;
	uint64_t left_ns; /* when it was closed; UINT64_MAX: nobody is seen to */
	const char *host; /* NULL: not known */
	uint16_t port;
};

struct port {
	const char *boot;
	uint16_t number;
	VEC(struct listener *) listeners; /* by when they began, once all are found */
};

struct finding {
	struct arena *arena;
	struct map by_sock, by_port;
	VEC(struct listener *) all;
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
	*l = (struct listener){e->proc, e->sock, e->t_ns, UINT64_MAX, NULL, 0};
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

static void note_more(struct finding *f, const struct event *e)
{
	const struct address *own = own_address(e);
	bool closes = e->call == CALL_close && e->refs == 0;
	struct listener *l = e->sock && (own || closes) ? find_listener(f, e) : NULL;

	/* Who is bound to any address accepts at one of them. */
	if (l && own && (e->call == CALL_bind || !l->host))
		l->host = own->host;
	if (l && own && own->port)
		l->port = own->port;
	if (l && closes)
		l->left_ns = e->t_ns;
}

static void note_events(struct finding *f, const struct trace *t)
{
	for (size_t i = 0; i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i];

		if (e->kind == EVENT_CALL && e->call == CALL_listen && !e->err)
			note_listen(f, e);
		if (e->kind == EVENT_EXIT)
			f->exit_ns[e->proc->index] = e->t_ns;
	}
	for (size_t i = 0; f->all.count && i < t->landmarks.count; i++)
		if (t->landmarks.items[i]->kind == EVENT_CALL && !t->landmarks.items[i]->err)
			note_more(f, t->landmarks.items[i]);
}

static bool same_port(const void *value, const void *key)
{
	const struct port *a = value, *b = key;

	return a->number == b->number && strcmp(a->boot, b->boot) == 0;
}

static struct port *find_port(const struct finding *f, const char *boot, uint16_t number)
{
	const struct port key = {.boot = boot, .number = number};

	return map_find(&f->by_port, hash_string(number, boot), same_port, &key);
}

static void take_port(struct finding *f, struct listener *l)
{
	struct port *p = find_port(f, l->server->boot, l->port);

	if (!p) {
		p = arena_alloc(f->arena, sizeof *p);
		*p = (struct port){.boot = l->server->boot, .number = l->port};
		map_add(&f->by_port, hash_string(l->port, p->boot), p);
	}
	vec_push_in(f->arena, &p->listeners, l);
}

static uint64_t listened_ns(const void *listener)
{
	return ((const struct listener *)listener)->listened_ns;
}

static bool listened_before(const void *a, const void *b)
{
	return listened_ns(a) < listened_ns(b);
}

static void take_ports(struct finding *f)
{
	sort_stable(f->all.items, f->all.count, listened_before);
	for (size_t i = 0; i < f->all.count; i++) {
		struct listener *l = f->all.items[i];
		uint64_t exit_ns = f->exit_ns[l->server->index];

		if (exit_ns && exit_ns < l->left_ns)
			l->left_ns = exit_ns;
		if (l->port)
			take_port(f, l);
	}
}

static bool may_have_reached(const struct event *e)
{
	return e->call == CALL_connect && e->addr && e->addr->port &&
	       (e->kind == EVENT_PENDING || (e->kind == EVENT_CALL && (!e->err || event_is_under_way(e))));
}

static bool is_at(const struct listener *l, const struct event *connect)
{
	const char *to = connect->addr->host;

	if (l->server->netns != connect->proc->netns || !l->host || !to)
		return false;
	return host_is_wildcard(l->host) || strcmp(l->host, to) == 0;
}

static const struct process *server_of(const struct finding *f, const struct event *connect)
{
	const struct port *p = find_port(f, connect->proc->boot, connect->addr->port);
	size_t count = p ? sort_below(p->listeners.items, p->listeners.count, listened_ns, event_end_ns(connect)) : 0;

	while (count && !is_at(p->listeners.items[count - 1], connect))
		count--;
	return count && p->listeners.items[count - 1]->left_ns > connect->t_ns ? p->listeners.items[count - 1]->server : NULL;
}

void reached_find(const struct trace *t, void (*tell)(void *to, const struct process *server, uint64_t t_ns), void *to)
{
	struct finding f = {.arena = arena_new()};

	f.exit_ns = arena_alloc(f.arena, (t->procs.count + 1) * sizeof *f.exit_ns);
	note_events(&f, t);
	take_ports(&f);
	for (size_t i = 0; f.by_port.count && i < t->landmarks.count; i++) {
		const struct event *e = t->landmarks.items[i];
		const struct process *server = may_have_reached(e) ? server_of(&f, e) : NULL;

		if (server)
			tell(to, server, e->t_ns);
	}
	map_free(&f.by_sock);
	map_free(&f.by_port);
	arena_free(f.arena);
}
