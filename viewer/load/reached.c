/* reached: whose listener a client reached. */
#include "viewer/load/reached.h"

#include "viewer/base/map.h"
#include "viewer/base/sort.h"
#include "viewer/model/listeners.h"

struct listener {
	struct listening is;
	const struct process *server;
	uint64_t sock;
};

struct finding {
	struct arena *arena;
	struct map by_sock;
	VEC(struct listener *) all;
	VEC(const struct event *) connects; /* that may have reached somebody */
	uint64_t *exit_ns;                  /* by the process's index; 0: it does not say */
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

static void note_more(struct finding *f, const struct event *e)
{
	const struct address *own = own_address(e);
	bool closes = e->call == CALL_close && e->refs == 0;
	struct listener *l = e->sock && (own || closes) ? find_listener(f, e) : NULL;

	/* Who is bound to any address accepts at one of them. */
	if (l && own && (e->call == CALL_bind || !l->is.host))
		l->is.host = own->host;
	if (l && own && own->port)
		l->is.port = own->port;
	if (l && closes)
		leave(l, e->t_ns);
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

static uint64_t entry_ns(const void *event)
{
	return ((const struct event *)event)->t_ns;
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
			vec_push_in(f->arena, &f->connects, e);
	}
	for (size_t i = 0; f->all.count && i < t->landmarks.count; i++)
		if (t->landmarks.items[i]->kind == EVENT_CALL && !t->landmarks.items[i]->err)
			note_more(f, t->landmarks.items[i]);
	for (size_t i = 0; i < f->all.count; i++)
		if (f->exit_ns[f->all.items[i]->server->index])
			leave(f->all.items[i], f->exit_ns[f->all.items[i]->server->index]);
	sort_by_number(f->all.items, f->all.count, listened_ns);
	sort_by_number(f->connects.items, f->connects.count, entry_ns);
}

void reached_find(const struct trace *t, void (*tell)(void *to, const struct process *server, uint64_t t_ns), void *to)
{
	struct finding f = {.arena = arena_new()};
	struct listeners *listeners;

	f.exit_ns = arena_alloc(f.arena, (t->procs.count + 1) * sizeof *f.exit_ns);
	note_events(&f, t);
	listeners = listeners_new(f.arena);
	for (size_t i = 0, next = 0; f.all.count && i < f.connects.count; i++) {
		const struct event *e = f.connects.items[i];
		const struct listening *found;

		while (next < f.all.count && f.all.items[next]->is.from_ns < e->t_ns)
			listeners_add(listeners, &f.all.items[next++]->is);
		found = listeners_find(listeners, e);
		if (found)
			tell(to, ((const struct listener *)found->who)->server, e->t_ns);
	}
	listeners_free(listeners);
	map_free(&f.by_sock);
	arena_free(f.arena);
}
