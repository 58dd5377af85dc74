/* sockets.c: the kernel sockets that a trace's events act on. */
#include <string.h>

#include "viewer/model/steps.h"

struct key {
	const char *boot;
	uint64_t cookie;
};

static bool same_sock(const void *value, const void *key)
{
	const struct sock *s = value;
	const struct key *k = key;

	return s->cookie == k->cookie && s->boot == k->boot;
}

struct sock *build_known_sock(const struct build *b, const struct process *p, uint64_t cookie)
{
	struct key key = {.boot = p->boot, .cookie = cookie};

	return map_find(&b->socks, hash_number((uintptr_t)p->boot, cookie), same_sock, &key);
}

struct sock *build_sock(struct build *b, const struct process *p, uint64_t cookie)
{
	struct sock *s = build_known_sock(b, p, cookie);

	if (s || !cookie)
		return s;
	s = arena_alloc(b->t->arena, sizeof *s);
	s->boot = p->boot;
	s->cookie = cookie;
	s->made_fd = -1;
	s->unrecorded_ns = s->awaited_ns = UINT64_MAX;
	map_add(&b->socks, hash_number((uintptr_t)p->boot, cookie), s);
	vec_push(&b->t->socks, s);
	return s;
}

static const char *keep(struct build *b, const char *text)
{
	return text ? arena_string(b->t->arena, text) : NULL;
}

static const char *keep_protocol(struct build *b, const char *text)
{
	return text && strcmp(text, "0") != 0 ? keep(b, text) : NULL;
}

static void describe_made(struct build *b, struct sock *s, const struct event *e)
{
	const struct sock *listener = e->socket;

	if (event_is_accept(e)) {
		s->accepted_from = e->socket;
		s->family = listener ? listener->family : NULL;
		s->type = listener ? listener->type : NULL;
		s->protocol = listener ? listener->protocol : NULL;
		s->local = e->local;
		return;
	}
	s->family = keep(b, event_arg_text(e, "domain"));
	s->type = keep(b, event_arg_text(e, "type"));
	s->protocol = keep_protocol(b, event_arg_text(e, "protocol"));
}

static bool makes_socket(const struct event *e)
{
	return event_is_accept(e) || (e->kind == EVENT_CALL && (e->call == CALL_socket || e->call == CALL_socketpair));
}

static void note_made(struct build *b, struct event *e)
{
	for (size_t i = 0; i < 2; i++) {
		struct sock *s = build_sock(b, e->proc, e->more->made[i].sock);

		if (!s || s->made || !makes_socket(e))
			continue;
		s->made = e;
		s->made_fd = e->more->made[i].fd;
		describe_made(b, s, e);
		vec_push_in(b->t->arena, &s->events, e);
	}
}

static void note_inherited(struct build *b, struct sock *s, const struct event *e)
{
	const char *state = event_text(e, "state");

	if (state && strcmp(state, "listening") == 0)
		s->listener = true;
	if (e->local)
		s->local = e->local;
	if (s->family)
		return;
	s->family = keep(b, event_text(e, "family"));
	s->type = keep(b, event_text(e, "type"));
	s->protocol = keep_protocol(b, event_text(e, "protocol"));
}

static void note_call(struct sock *s, const struct event *e)
{
	if (e->err)
		return;
	if (!s->family && e->local)
		s->family = e->local->family;
	if (e->call == CALL_bind) {
		s->bound = e;
		s->local = e->addr ? e->addr : s->local;
	} else if (e->call == CALL_listen) {
		s->listener = true;
		s->listened = s->listened ? s->listened : e;
	} else if (event_is_accept(e)) {
		s->listener = true;
		s->local = s->local ? s->local : e->local;
	} else if (e->local) {
		s->local = e->local;
	}
}

void build_sockets(struct build *b)
{
	for (size_t i = 0; i < b->t->events.count; i++) {
		struct event *e = b->t->events.items[i];

		e->socket = build_sock(b, e->proc, e->sock);
		if (!e->is_plain)
			note_made(b, e);
		if (!e->socket)
			continue;
		vec_push_in(b->t->arena, &e->socket->events, e);
		if (e->is_plain)
			continue;
		if (e->kind == EVENT_INHERIT)
			note_inherited(b, e->socket, e);
		else if (e->kind == EVENT_CALL)
			note_call(e->socket, e);
		else if (e->kind == EVENT_PENDING && event_is_accept(e) && !e->abandoned && e->t_ns < e->socket->awaited_ns)
			e->socket->awaited_ns = e->t_ns;
	}
}
