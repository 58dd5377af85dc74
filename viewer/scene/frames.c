/* frames: the lesson's three pictures of accept, with what happened. */
#include "viewer/scene/frames.h"

#include "viewer/base/escape.h"
#include "viewer/scene/words.h"

static bool can_be_drawn(const struct conn *c)
{
	const struct event *accept = c->ends[SIDE_SERVER].made;

	if (c->outcome == CONN_NOT_ACCEPTED)
		return c->listener;
	return accept && event_is_accept(accept) && accept->kind == EVENT_CALL;
}

static const struct conn *choose(const struct trace *t)
{
	const struct conn *waiting = NULL;

	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];

		if (!can_be_drawn(c))
			continue;
		if (c->outcome != CONN_NOT_ACCEPTED)
			return c;
		waiting = waiting ? waiting : c;
	}
	return waiting;
}

static bool explain(const struct conn *c, struct err *err)
{
	if (!c)
		return err_set(
			err, "no accept in the trace returned a connection: `socktrace timeline` shows what there is");
	if (c->outcome == CONN_REFUSED)
		return err_set(err, "c%u was refused: nobody listened, and there was nothing to accept", c->id);
	if (c->kind == CONN_PAIR)
		return err_set(err, "c%u is a socketpair: it was connected without an accept", c->id);
	if (c->kind == CONN_DATAGRAM)
		return err_set(err, "c%u is of datagrams: they are sent without a connection, and nothing accepts them",
			       c->id);
	return err_set(err, "no accept is known that took c%u: %s", c->id,
		       c->one_sided == BOTH_SIDES ? "its socket was inherited" : one_sided_words(c->one_sided));
}

static const struct process *listening_process(const struct conn *c)
{
	const struct event *accept = c->ends[SIDE_SERVER].made;

	if (accept && event_is_accept(accept))
		return accept->proc;
	return c->listener && c->listener->listened ? c->listener->listened->proc : NULL;
}

static int listenfd_of(const struct conn *c)
{
	const struct event *accept = c->ends[SIDE_SERVER].made;

	if (accept && event_is_accept(accept))
		return accept->fd;
	return c->listener->listened ? c->listener->listened->fd : c->listener->made_fd;
}

static const char *process_words(struct arena *a, const struct conn *c, enum side side, const struct process *p)
{
	if (p)
		return arena_printf(a, "P%u %s", p->index, words_process(a, p));
	return arena_printf(a, "%s, %s", words_end(a, c, side), words_stranger(c));
}

static const char *clientfd_words(struct arena *a, const struct conn *c)
{
	const struct event *connect = c->ends[SIDE_CLIENT].made;

	return connect ? arena_printf(a, "clientfd(%d)", c->ends[SIDE_CLIENT].fd) : "clientfd";
}

/* How long accept had been waiting when the request came (for its return, where that is not known); 0: it was called
 * only afterwards. */
static uint64_t waited_ns(const struct conn *c)
{
	const struct event *accept = c->ends[SIDE_SERVER].made;

	if (accept && !c->ends[SIDE_CLIENT].made)
		return accept->dt_ns;
	return accept && c->begun_ns > accept->t_ns ? c->begun_ns - accept->t_ns : 0;
}

static const char *waiting_caption(struct arena *a, const struct conn *c, int listenfd)
{
	const struct event *accept = c->ends[SIDE_SERVER].made;
	uint64_t waited = waited_ns(c);
	const char *where = words_address(a, c->listener ? c->listener->local : accept ? accept->local : NULL);

	if (waited)
		return arena_printf(
			a, "The server waits in %s(%d) for a request on its listening descriptor, %s. So far: %s.",
			event_call_name(accept), listenfd, where, words_duration(a, waited));
	return arena_printf(a, "The server has a listening descriptor, %s, and is not in accept at this moment.",
			    where);
}

static const char *request_caption(struct arena *a, const struct conn *c)
{
	const struct event *connect = c->ends[SIDE_CLIENT].made;
	const char *to = words_end(a, c, SIDE_SERVER);

	if (!connect)
		return arena_printf(a, "A client that is %s requests a connection to %s.", words_stranger(c), to);
	if (waited_ns(c))
		return arena_printf(a, "The client requests a connection: %s(%d, %s).", event_call_name(connect),
				    connect->fd, to);
	return arena_printf(
		a,
		"The client requests a connection: %s(%d, %s). The kernel puts it into the backlog, and connect "
		"returns though nobody has accepted.",
		event_call_name(connect), connect->fd, to);
}

static const char *connected_caption(struct arena *a, const struct conn *c, int listenfd)
{
	const struct event *accept = c->ends[SIDE_SERVER].made;
	const char *late = "";

	if (c->outcome == CONN_NOT_ACCEPTED)
		return arena_printf(a, "Nobody called accept(%d) for it: the connection stayed in the backlog.",
				    listenfd);
	if (c->queued_ns)
		late = arena_printf(a, "%s later: ", words_duration(a, c->queued_ns));
	return arena_printf(a, "%s%s(%d) returns the connected descriptor %d; %d goes on listening.", late,
			    event_call_name(accept), listenfd, accept->more->made[0].fd, listenfd);
}

static void fill(struct frames *f, struct trace *t, const struct conn *c)
{
	struct arena *a = t->arena;
	const struct process *server = listening_process(c), *serving = c->ends[SIDE_SERVER].proc;
	const struct event *accept = c->ends[SIDE_SERVER].made;
	int listenfd = listenfd_of(c);
	struct frame frame = {
		.client = process_words(a, c, SIDE_CLIENT, c->ends[SIDE_CLIENT].proc),
		.server = process_words(a, c, SIDE_SERVER, server),
		.clientfd = clientfd_words(a, c),
		.listenfd = arena_printf(a, "listenfd(%d)", listenfd),
	};

	frame.caption = waiting_caption(a, c, listenfd);
	frame.waits = waited_ns(c);
	f->frames[0] = frame;
	frame.caption = request_caption(a, c);
	frame.link = LINK_REQUEST;
	f->frames[1] = frame;
	frame.waits = false;
	frame.caption = connected_caption(a, c, listenfd);
	if (c->outcome != CONN_NOT_ACCEPTED) {
		frame.link = LINK_CONNECTED;
		frame.connfd = arena_printf(a, "connfd(%d)", accept->more->made[0].fd);
		if (serving && serving != server)
			frame.child = process_words(a, c, SIDE_SERVER, serving);
	}
	f->frames[2] = frame;
	f->count = FRAMES;
}

struct frames *frames_new(struct trace *t, const struct conn *c, struct err *err)
{
	struct frames *f;

	if (!c)
		c = choose(t);
	if (!c || !can_be_drawn(c))
		return explain(c, err), NULL;
	f = arena_alloc(t->arena, sizeof *f);
	f->title = words_conn(t->arena, c);
	if (t->conns.count > 1)
		f->choice = arena_printf(t->arena, "one of %zu connections: --conn=cN draws another", t->conns.count);
	fill(f, t, c);
	return f;
}
