/* steps: a trace's events in the order in which they are told. */
#include "viewer/scene/steps.h"

#include <stdlib.h>

static const struct conn *conn_by_id(const struct trace *t, unsigned id)
{
	for (size_t i = 0; i < t->conns.count; i++)
		if (t->conns.items[i]->id == id)
			return t->conns.items[i];
	return NULL;
}

/* A call on the connection, or one on its sockets that is no other connection's: socket, bind, listen. */
static bool concerns(const struct conn *c, const struct event *e)
{
	const struct sock *socks[] = {c->ends[SIDE_CLIENT].sock, c->ends[SIDE_SERVER].sock, c->listener};

	if (e->conn)
		return e->conn == c;
	for (size_t i = 0; i < sizeof socks / sizeof socks[0]; i++) {
		const struct sock *s = socks[i];

		if (s &&
		    (e->socket == s || s->made == e || (e->more->made[0].sock && e->more->made[0].sock == s->cookie)))
			return !event_is_accept(e) || e->kind == EVENT_PENDING;
	}
	return e->kind == EVENT_EXIT && (e->proc == c->ends[SIDE_CLIENT].proc || e->proc == c->ends[SIDE_SERVER].proc);
}

static bool may_block(const struct event *e)
{
	return e->call < CALL_COUNT && (call_table[e->call].flags & CALL_BLOCKS);
}

/* Did anything happen in the trace while the call was under way? */
static bool something_between(const struct trace *t, size_t index)
{
	return index + 1 < t->events.count && t->events.items[index + 1]->t_ns < event_end_ns(t->events.items[index]);
}

/* An exec that succeeds never returns, and waits for nothing. */
static bool replaces_program(const struct event *e)
{
	return e->proc->ending == END_EXEC && e->call < CALL_COUNT && (call_table[e->call].flags & CALL_PROC);
}

static bool opens_connection(const struct event *e)
{
	return e->call == CALL_connect && !e->err && e->conn && e->conn->ends[SIDE_CLIENT].made == e &&
	       e->conn->ends[SIDE_SERVER].made;
}

static bool is_split(const struct trace *t, size_t index)
{
	const struct event *e = t->events.items[index];

	if (e->kind != EVENT_CALL || !may_block(e))
		return false;
	if (opens_connection(e))
		return true;
	return something_between(t, index) && (event_is_accept(e) || e->dt_ns >= WAIT_TOLD_NS);
}

/* What a call gives is there when it returns; what it does, when it begins. */
static uint64_t told_ns(const struct event *e)
{
	if (e->kind != EVENT_CALL || !may_block(e) || event_is_write(e) || e->call == CALL_connect)
		return e->t_ns;
	return event_end_ns(e);
}

static void add(struct steps *s, const struct event *e, enum part part, uint64_t at_ns)
{
	struct step step = {e, part, at_ns};

	vec_push(&s->list, step);
}

static int compare(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	if (x->event->t_ns != y->event->t_ns)
		return x->event->t_ns < y->event->t_ns ? -1 : 1;
	if (x->event != y->event)
		return x->event->lineno < y->event->lineno ? -1 : 1;
	return (int)x->part - (int)y->part;
}

void steps_find(struct steps *s, const struct trace *t, unsigned conn)
{
	const struct conn *only = conn ? conn_by_id(t, conn) : NULL;

	for (size_t i = 0; i < t->events.count; i++) {
		const struct event *e = t->events.items[i];

		if (only && !concerns(only, e))
			continue;
		if (e->kind == EVENT_PENDING && !e->abandoned && !replaces_program(e)) {
			add(s, e, PART_CALL, e->t_ns);
		} else if (is_split(t, i)) {
			add(s, e, PART_CALL, e->t_ns);
			add(s, e, PART_RETURN, event_end_ns(e));
		} else {
			add(s, e, PART_WHOLE, told_ns(e));
		}
	}
	if (s->list.count)
		qsort(s->list.items, s->list.count, sizeof s->list.items[0], compare);
}
