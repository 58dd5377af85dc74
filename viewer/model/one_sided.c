/* one_sided.c: why only one end of a connection is in the trace. */
#include <string.h>

#include "viewer/model/steps.h"

static bool is_loopback(const struct address *a)
{
	return a && a->host &&
	       (strncmp(a->host, "127.", 4) == 0 || strcmp(a->host, "::1") == 0 ||
		strncmp(a->host, "::ffff:127.", 11) == 0);
}

/* A connection of a machine to itself has one address at both ends, unless it names two of its own. */
static bool is_elsewhere(const struct end *here, const struct end *there)
{
	const struct address *own = here->addr, *other = there->addr;

	if (!own || !other || !own->host || !other->host || is_loopback(own) || is_loopback(other))
		return false;
	return strcmp(own->host, other->host) != 0;
}

struct process *conn_reached(const struct conn *c)
{
	const struct sock *s = c->listener;

	if (!s || s->listened)
		return s ? s->listened->proc : NULL;
	return c->kind == CONN_DATAGRAM && s->events.count ? s->events.items[0]->proc : NULL;
}

static enum one_sided why_no_server(const struct conn *c)
{
	const struct sock *listener = c->listener;
	const struct end *client = &c->ends[SIDE_CLIENT];

	if (c->outcome == CONN_REFUSED || c->outcome == CONN_FAILED || c->outcome == CONN_PENDING)
		return ONE_NOT_REACHED;
	if (!listener || !listener->events.count)
		return is_elsewhere(client, &c->ends[SIDE_SERVER]) ? ONE_OTHER_HOST : ONE_NOT_TRACED;
	if (flow_was_answered(c))
		return ONE_LACKS_CALLS;
	return c->kind == CONN_DATAGRAM ? ONE_NOT_SENT_TO : ONE_NOT_ACCEPTED;
}

/* Who waits in accept takes who comes, whatever his other threads do: he had been killed by then, or stopped. */
static bool would_have_been_taken(const struct sock *listener, const struct event *connect)
{
	return connect && listener->gone && !sock_end_is_known(listener) && listener->awaited_ns < connect->t_ns;
}

bool conn_may_be_accepted_unrecorded(const struct conn *c)
{
	const struct sock *listener = c->listener;

	if (!listener)
		return false;
	return sock_may_accept_unrecorded(listener) || would_have_been_taken(listener, c->ends[SIDE_CLIENT].made);
}

/* Of those in the trace it may be one, or none where somebody else may have accepted it, or nobody. */
static enum one_sided why_undecided(const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT];
	bool may_lie = client->made && client->made->kind != EVENT_INHERIT && !flow_was_answered(c);

	return may_lie && conn_may_be_accepted_unrecorded(c) ? ONE_PERHAPS_ACCEPTED : ONE_NOT_KNOWN;
}

static enum one_sided find(const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT], *server = &c->ends[SIDE_SERVER];

	if (c->kind == CONN_KERNEL)
		return ONE_KERNEL;
	if (client->sock && server->sock)
		return BOTH_SIDES;
	if (c->undecided)
		return why_undecided(c);
	if (!server->sock)
		return why_no_server(c);
	return is_elsewhere(server, client) ? ONE_OTHER_HOST : ONE_NOT_TRACED;
}

void build_one_sided(struct build *b)
{
	for (size_t i = 0; i < b->t->conns.count; i++)
		b->t->conns.items[i]->one_sided = find(b->t->conns.items[i]);
}

const char *one_sided_words(enum one_sided why)
{
	static const char *const words[] = {
		[BOTH_SIDES] = "",
		[ONE_NOT_REACHED] = "nobody was reached",
		[ONE_NOT_ACCEPTED] = "nobody accepted it",
		[ONE_PERHAPS_ACCEPTED] = "it is not known whether it was accepted",
		[ONE_NOT_SENT_TO] = "the other end received nothing of it",
		[ONE_LACKS_CALLS] = "the other end is traced, but its calls are missing",
		[ONE_NOT_KNOWN] = "nothing tells which the other end is",
		[ONE_NOT_TRACED] = "the other end is not traced",
		[ONE_OTHER_HOST] = "the other end is on another host",
		[ONE_KERNEL] = "the other end is the kernel",
	};

	return words[why];
}
