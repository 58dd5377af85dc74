/* diagram: the lesson's picture of one connection: its boxes, what leads from one to the next, the words around. */
#include "viewer/scene/diagram.h"

#include <inttypes.h>
#include <string.h>

#include "viewer/scene/boxes.h"
#include "viewer/scene/words.h"

/* One end's word is enough for what crosses, once the two were connected, if they had to be. */
static bool crossed(const struct diagram *d, const struct subject *s, const struct edge *e)
{
	bool request = d->boxes[C_CONNECT].state == BOX_DONE || d->boxes[S_ACCEPT].state == BOX_DONE;
	bool done = d->boxes[e->from].state == BOX_DONE || d->boxes[e->to].state == BOX_DONE;

	if (s->kind == CONN_STREAM || s->kind == CONN_SEQPACKET)
		return request && done;
	if (e->style == EDGE_EOF && s->kind != CONN_PAIR)
		return false;
	return e->style != EDGE_REQUEST && done;
}

static void add_edge(struct diagram *d, const struct subject *s, unsigned from, unsigned to, enum edge_style style,
		     const char *label)
{
	struct edge e = {from, to, style, label, false};

	e.happened = style == EDGE_NEXT ? d->boxes[from].state == BOX_DONE && d->boxes[to].state == BOX_DONE
					: crossed(d, s, &e);
	d->edges[d->nedges++] = e;
}

static const char *bytes_words(const struct subject *s, enum side from)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < s->all.count; i++) {
		const struct end *ends = s->all.items[i]->ends;

		bytes += ends[from].written ? ends[from].written : ends[from == SIDE_CLIENT].read;
	}
	return arena_printf(s->trace->arena, "%" PRIu64 " B", bytes);
}

static void connect_boxes(struct diagram *d, const struct subject *s)
{
	for (unsigned i = C_GETADDRINFO; i < C_CLOSE; i++)
		add_edge(d, s, i, i + 1, EDGE_NEXT, NULL);
	for (unsigned i = S_GETADDRINFO; i < S_CLOSE; i++)
		add_edge(d, s, i, i + 1, EDGE_NEXT, NULL);
	add_edge(d, s, C_CONNECT, S_ACCEPT, EDGE_REQUEST, "request");
	add_edge(d, s, C_WRITE, S_READ, EDGE_DATA, bytes_words(s, SIDE_CLIENT));
	add_edge(d, s, S_WRITE, C_READ, EDGE_DATA, bytes_words(s, SIDE_SERVER));
	if (s->conn && conn_ended_by_server(s->conn))
		add_edge(d, s, S_EOF, C_CLOSE, EDGE_EOF, "EOF");
	else
		add_edge(d, s, C_CLOSE, S_EOF, EDGE_EOF, "EOF");
	/* Behind a reset no end of file gets through. */
	if (s->conn && s->conn->reset && !s->conn->ends[SIDE_SERVER].eof_seen)
		d->edges[d->nedges - 1].happened = false;
}

static unsigned served(const struct trace *t, const struct sock *listener)
{
	unsigned count = 0;

	for (size_t i = 0; i < t->conns.count; i++)
		if (listener && boxes_door(t->conns.items[i]) == listener && t->conns.items[i]->ends[SIDE_SERVER].made)
			count++;
	return count;
}

static void add_loops(struct diagram *d, const struct subject *s)
{
	struct arena *a = s->trace->arena;
	unsigned clients = s->kind == CONN_PAIR ? 0 : served(s->trace, s->listener);

	d->loops[0] = (struct loop){SIDE_CLIENT, d->boxes[C_WRITE].row,  d->boxes[C_READ].row, false,
				    NULL,        d->boxes[C_WRITE].count};
	d->loops[1] = (struct loop){SIDE_SERVER, d->boxes[S_READ].row,  d->boxes[S_WRITE].row, false,
				    NULL,        d->boxes[S_READ].count};
	d->loops[2] = (struct loop){SIDE_SERVER, d->boxes[S_ACCEPT].row, d->boxes[S_CLOSE].row, true, NULL, clients};
	if (s->kind == CONN_PAIR)
		return;
	d->loops[2].label =
		clients ? arena_printf(a, "await the next client (%u served)", clients) : "await the next client";
}

/* Processes, as far as they follow one another in order of time: a client that connects again and again is one. */
static unsigned count_clients(const struct subject *s)
{
	const struct process *last = NULL;
	unsigned count = 0;

	for (size_t i = 0; i < s->all.count; i++) {
		const struct process *p = s->all.items[i]->ends[SIDE_CLIENT].proc;

		count += p && p != last;
		last = p ? p : last;
	}
	return count;
}

static const char *column_words(const struct subject *s, enum side side)
{
	static const char *const names[] = {[SIDE_CLIENT] = "Client", [SIDE_SERVER] = "Server"};
	const struct process *p = s->procs[side];
	const char *name = s->kind == CONN_PAIR ? "Process" : names[side];
	struct arena *a = s->trace->arena;

	if (p && side == SIDE_CLIENT && count_clients(s) > 1)
		return arena_printf(a, "Clients  P%u %s and %u more", p->index, words_process(a, p),
				    count_clients(s) - 1);
	if (p)
		return arena_printf(a, "%s  P%u %s", name, p->index, words_process(a, p));
	if (s->kind == CONN_KERNEL)
		return arena_printf(a, "%s  the kernel", names[side]);
	if (s->conn && s->conn->outcome == CONN_REFUSED)
		return arena_printf(a, "%s  nobody at %s", names[side], words_end(a, s->conn, side));
	if (s->conn)
		return arena_printf(a, "%s  %s, %s", names[side], words_end(a, s->conn, side), words_stranger(s->conn));
	return arena_printf(a, "%s  nobody", names[side]);
}

/* How much of the picture a connection can fill. */
static unsigned worth(const struct conn *c)
{
	return (c->outcome == CONN_CLOSED || c->outcome == CONN_OPEN) * 4 +
	       (c->ends[SIDE_CLIENT].proc && c->ends[SIDE_SERVER].proc) * 2 +
	       (c->ends[SIDE_CLIENT].writes + c->ends[SIDE_SERVER].writes > 0) + (c->listener != NULL);
}

static const struct conn *choose(const struct trace *t, unsigned id)
{
	const struct conn *best = NULL;

	for (size_t i = 0; i < t->conns.count; i++) {
		const struct conn *c = t->conns.items[i];

		if (id ? c->id == id : !best || worth(c) > worth(best))
			best = c;
	}
	return best;
}

/* A socket that listens, or that was to. */
static const struct sock *any_listener(const struct trace *t)
{
	const struct sock *wanted = NULL;

	for (size_t i = 0; i < t->socks.count; i++) {
		const struct sock *s = t->socks.items[i];

		if (s->listener)
			return s;
		if (!wanted && boxes_last_call(s, CALL_bind))
			wanted = s;
	}
	return wanted;
}

static const struct process *listening_process(const struct sock *l)
{
	const struct event *e = !l ? NULL : l->listened ? l->listened : l->made;

	return e ? e->proc : NULL;
}

/* Where none was asked for, all clients of the listener count. Of two that may be one and the same each stands alone. */
static void count_connections(struct subject *s, unsigned id)
{
	const struct trace *t = s->trace;
	bool alone = id || !s->listener || s->conn->undecided;

	for (size_t i = 0; i < t->conns.count; i++)
		if (t->conns.items[i] == s->conn ||
		    (!alone && !t->conns.items[i]->undecided && boxes_door(t->conns.items[i]) == s->listener))
			vec_push(&s->all, t->conns.items[i]);
}

static bool takes_datagrams(const struct sock *s)
{
	return s && s->type && strcmp(s->type, "SOCK_DGRAM") == 0;
}

static bool find_subject(struct subject *s, struct trace *t, unsigned id)
{
	const struct conn *c = choose(t, id);

	*s = (struct subject){.trace = t, .conn = c};
	if (!c) {
		s->listener = any_listener(t);
		s->procs[SIDE_SERVER] = listening_process(s->listener);
		s->kind = takes_datagrams(s->listener) ? CONN_DATAGRAM : CONN_STREAM;
		return s->listener && !id;
	}
	s->kind = c->kind;
	s->listener = boxes_door(c);
	count_connections(s, id);
	for (int side = 0; side < 2; side++) {
		s->procs[side] = c->ends[side].proc;
		s->socks[side] = c->ends[side].sock;
	}
	if (!s->procs[SIDE_SERVER])
		s->procs[SIDE_SERVER] = listening_process(s->listener);
	return true;
}

static const char *listener_title(struct arena *a, const struct sock *l)
{
	const struct event *bind = boxes_last_call(l, CALL_bind);
	const char *where = words_address(a, l->local ? l->local : bind ? bind->addr : NULL);

	if (takes_datagrams(l))
		return arena_printf(a, "%s, to which nobody sent anything", where);
	return arena_printf(a, l->listener ? "%s, to which nobody connected" : "%s, on which nobody listened", where);
}

static void add_words(struct diagram *d, const struct subject *s)
{
	static const char *const phases[] = {"1 Start server", "2 Start client", "3 Exchange data",
					     "4 Disconnect client", "5 Drop client"};
	struct arena *a = s->trace->arena;

	memcpy(d->phases, phases, sizeof phases);
	d->title = s->conn ? words_conn(a, s->conn) : listener_title(a, s->listener);
	if (s->all.count > 1)
		d->choice = arena_printf(
			a, "times (x) and bytes are of all %zu connections to it: --conn=cN draws one alone",
			s->all.count);
	else if (s->trace->conns.count > 1)
		d->choice = arena_printf(a, "one of %zu connections: --conn=cN draws another", s->trace->conns.count);
	for (int side = 0; side < 2; side++)
		d->columns[side] = column_words(s, side);
	d->braces[0] = (struct brace){SIDE_CLIENT, 0, d->boxes[C_CONNECT].row, "open_clientfd"};
	d->braces[1] = (struct brace){SIDE_SERVER, 0, d->boxes[S_LISTEN].row, "open_listenfd"};
	d->session_top = d->boxes[C_WRITE].row;
	d->session_bottom = d->boxes[C_READ].row;
	if (s->conn && s->conn->queued_ns >= 1000000)
		vec_push(&d->notes, arena_printf(a, "The connection waited in the backlog %s before accept took it.",
						 words_duration(a, s->conn->queued_ns)));
	if (s->conn && s->conn->outcome == CONN_REFUSED)
		vec_push(&d->notes, "The connection was refused: nobody listened there.");
	if (s->conn && s->conn->reset)
		vec_push(&d->notes,
			 arena_printf(a, "The connection was reset (inferred): %s.", reset_words(s->conn->reset->why)));
	if (s->conn && s->conn->on_behalf_of)
		vec_push(&d->notes, arena_printf(a, "It was opened while P%u was serving c%u (inferred).",
						 s->conn->ends[SIDE_CLIENT].proc->index, s->conn->on_behalf_of->id));
}

struct diagram *diagram_new(struct trace *t, unsigned conn)
{
	struct subject s;
	struct diagram *d;

	if (!find_subject(&s, t, conn))
		return NULL;
	d = arena_alloc(t->arena, sizeof *d);
	boxes_fill(d, &s);
	connect_boxes(d, &s);
	add_loops(d, &s);
	add_words(d, &s);
	vec_free(&s.all);
	return d;
}

void diagram_free(struct diagram *d)
{
	vec_free(&d->notes);
}
