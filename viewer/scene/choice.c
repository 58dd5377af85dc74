/* choice: which of a trace's events are to be told. */
#include "viewer/scene/choice.h"

#include <string.h>

#include "viewer/base/buf.h"
#include "viewer/base/escape.h"
#include "viewer/scene/steps.h"
#include "viewer/scene/words.h"

uint64_t choice_told_ns(const struct event *e)
{
	bool may_block = e->call < CALL_COUNT && (call_table[e->call].flags & CALL_BLOCKS);

	if (e->kind != EVENT_CALL || !may_block || event_is_write(e) || e->call == CALL_connect)
		return e->t_ns;
	return event_end_ns(e);
}

/* Events are sorted by their beginning, and none is told before it. */
static uint64_t first_told_ns(const struct trace *t)
{
	uint64_t first = t->events.count ? UINT64_MAX : t->start_ns;

	for (size_t i = 0; i < t->events.count && t->events.items[i]->t_ns < first; i++) {
		const struct event *e = t->events.items[i];
		/* A call that waited is told in two parts, and the first when it began. */
		uint64_t at_ns = steps_waited(t, i) ? e->t_ns : choice_told_ns(e);

		if (at_ns < first)
			first = at_ns;
	}
	return first;
}

void choice_all(struct choice *c, const struct trace *t)
{
	*c = (struct choice){.zero_ns = first_told_ns(t), .to_ns = UINT64_MAX};
}

void choice_free(struct choice *c)
{
	vec_free(&c->conns);
	vec_free(&c->procs);
	vec_free(&c->calls);
	map_free(&c->explained);
}

bool choice_is_all(const struct choice *c)
{
	return !c->conns.count && !c->procs.count && !c->calls.count && !c->errors && !c->from_ns &&
	       c->to_ns == UINT64_MAX;
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

static bool concerns_one(const struct choice *c, const struct event *e)
{
	for (size_t i = 0; i < c->conns.count; i++)
		if (concerns(c->conns.items[i], e))
			return true;
	return !c->conns.count;
}

static bool is_by_one(const struct choice *c, const struct event *e)
{
	for (size_t i = 0; i < c->procs.count; i++)
		if (c->procs.items[i] == e->proc)
			return true;
	return !c->procs.count;
}

static bool is_call(const struct choice *c, const struct event *e)
{
	const char *name = c->calls.count ? event_call_name(e) : NULL;

	for (size_t i = 0; name && i < c->calls.count; i++)
		if (strncmp(name, c->calls.items[i], strlen(c->calls.items[i])) == 0)
			return true;
	return !c->calls.count;
}

static bool is_same(const void *value, const void *key)
{
	return value == key;
}

static bool is_explained(const struct choice *c, const struct event *e)
{
	return !c->errors || map_find(&c->explained, hash_number(0, (uintptr_t)e), is_same, e);
}

bool choice_has(const struct choice *c, const struct event *e)
{
	return concerns_one(c, e) && is_by_one(c, e) && is_call(c, e) && is_explained(c, e);
}

bool choice_has_time(const struct choice *c, uint64_t at_ns)
{
	return c->from_ns <= at_ns && at_ns <= c->to_ns;
}

bool choice_has_conn(const struct choice *c, const struct conn *conn)
{
	if (choice_is_all(c))
		return true;
	for (size_t i = 0; i < conn->events.count; i++) {
		const struct event *e = conn->events.items[i];

		if (choice_has_time(c, choice_told_ns(e)) && choice_has(c, e))
			return true;
	}
	return false;
}

const char *choice_told(struct arena *a, const struct choice *c)
{
	struct buf b = {0};
	const char *words;

	for (size_t i = 0; i < c->conns.count; i++)
		buf_printf(&b, "%sc%u", i ? " " : "", c->conns.items[i]->id);
	for (size_t i = 0; i < c->procs.count; i++)
		buf_printf(&b, "%spid %u", i ? ", " : b.len ? ", " : "", c->procs.items[i]->pid);
	for (size_t i = 0; i < c->calls.count; i++)
		buf_printf(&b, "%s%s", i ? " " : b.len ? ", calls " : "calls ", escape_string(a, c->calls.items[i]));
	if (c->from_ns)
		buf_printf(&b, "%sfrom %.3f s", b.len ? ", " : "", (double)(c->from_ns - c->zero_ns) / 1e9);
	if (c->to_ns != UINT64_MAX)
		buf_printf(&b, "%sto %.3f s",
			   !b.len       ? ""
			   : c->from_ns ? " "
					: ", ",
			   (double)(c->to_ns - c->zero_ns) / 1e9);
	if (c->errors)
		buf_printf(&b, "%swhat failed and what led to it", b.len ? ", " : "");
	words = arena_copy(a, b.bytes ? b.bytes : "everything", b.bytes ? b.len : strlen("everything"));
	buf_free(&b);
	return words;
}
