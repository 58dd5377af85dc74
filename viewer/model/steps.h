/* steps.h: the steps of model_build, in the order in which it takes them. */
#ifndef MODEL_STEPS_H
#define MODEL_STEPS_H

#include <string.h>

#include "viewer/base/map.h"
#include "viewer/model/lives.h"
#include "viewer/model/model.h"

/* So many connections, or sockets, does a thread take at once. */
enum { BUILD_AT_A_TIME = 512 };

/* What only the building needs. */
struct build {
	struct trace *t;
	struct arena *scratch;
	struct lives lives;
	struct map socks;          /* by boot and cookie */
	const struct event **last; /* of each process, by index: its exit line, else its latest event; NULL: none */
	uint64_t *left_ns;         /* by index: when it got its parent's descriptors; 0 unknown */
	uint64_t *dead_ns;         /* by index: when its parent's wait told of its end; UINT64_MAX: none did */
	struct arena **hands;      /* of the trace's, one for each worker of a step that has several */
	uint8_t *services;         /* by index: enum service, or'ed */
};

/* What a process did at the server's end of a stream. */
enum service { SERVICE_MOVED = 1 /* bytes, or tried to */, SERVICE_TOOK_ON = 2 /* see behalf_takes_on */ };

/* One direction of a connection: the calls that moved bytes. */
struct stream {
	VEC(struct event *) writes; /* by entry */
	VEC(struct event *) reads;  /* by return */
	struct event *unfinished;   /* a write that never returned; NULL */
};

/* One file each. */
void build_endings(struct build *b);     /* process: fork, ending, threads; b->last */
void build_sockets(struct build *b);     /* trace->socks, event->socket */
void build_descriptors(struct build *b); /* trace->descriptors; sock: closed, gone, open */
void build_unrecorded(struct build *b);  /* sock->unrecorded_ns */
void build_conns(struct build *b);       /* trace->conns with who made which end */
void build_writable(struct build *b);    /* outcomes of connects that did not block */
void build_nameless(struct build *b);    /* ends of trace->conns that do not tell who they belong to */
void build_datagrams(struct build *b);   /* the same for datagrams, with what answered what */
void build_kernel(struct build *b);      /* the same for netlink */
void build_kinds(struct build *b);       /* conn: kind, id; trace->conns in order */
void build_members(struct build *b);     /* event: conn, side; conn->events */
void build_flow(struct build *b);        /* ends: process, bytes, transfers, end of file; exchanges; causes; outcomes */
void build_resets(struct build *b);      /* conn->reset */
void build_states(struct build *b);      /* sock->changes */
void build_phases(struct build *b);      /* event->phase */
void build_roles(struct build *b);       /* process->role */
void build_one_sided(struct build *b);   /* conn->one_sided */
void build_skews(struct build *b);       /* trace->skews */
void build_behalf(struct build *b);      /* conn->on_behalf_of */

/* The socket of that cookie on the process's machine, made if need be; NULL for 0. */
struct sock *build_sock(struct build *b, const struct process *p, uint64_t cookie);

/* The same, if it has been made. */
struct sock *build_known_sock(const struct build *b, const struct process *p, uint64_t cookie);

/* behalf.c: it takes on a connection that it accepts, is born with, or reads from. */
bool behalf_takes_on(const struct event *e);

/* endings.c: it made a child, which runs on in the program. */
bool event_is_fork(const struct event *e);

/* flow.c: looked at without taking, out of line, or about errors: no part of the stream. */
bool flow_is_aside(const struct event *e);

/* Whether the times of both can be compared: of one boot of one machine. */
bool flow_one_clock(const struct conn *c);

/* Whether the client got something, or the end: somebody had accepted it then. Bytes and ends of file must be known. */
bool flow_was_answered(const struct conn *c);

/* one_sided.c: somebody may have accepted it of whom no record tells: from its listener, or in the place of that. */
bool conn_may_be_accepted_unrecorded(const struct conn *c);

/* A call that moves bytes into the program, or out of it: several messages too. */
static inline bool flow_is_read(const struct event *e)
{
	return event_is_read(e) || (e->kind == EVENT_CALL && e->call == CALL_recvmmsg);
}

static inline bool flow_is_write(const struct event *e)
{
	return event_is_write(e) || (e->kind == EVENT_CALL && e->call == CALL_sendmmsg);
}

/* transfers.c: which bytes went from which write to which read: end->sent of the writing side, and the reads' causes. */
void flow_transfers(struct arena *a, struct conn *c, enum side from, const struct stream *s);

/* exchanges.c: conn->exchanges, of which the transfers must be known. */
void flow_exchanges(struct arena *a, struct conn *c, const struct stream streams[2]);

/* unseen.c: bytes of a stream that moved and that no recorded call moved, where the trace proves it. Streams are by the
 * side that writes; the ends of file must be known. */
void flow_unseen(const struct trace *t, struct conn *c, struct stream streams[2]);

/* Whether all that this end read was read by recorded calls, so that what is left over is unread. */
bool flow_knows_reads(const struct trace *t, const struct conn *c, enum side side);

/* pairing.c: the two ends of connections between addresses. */
struct pairing;
struct pairing *pairing_new(struct build *b);
void pairing_free(struct pairing *p);

/* Offer one end of a connection, in order of time; side says which is known. An accept finds the latest connect
 * that fits. */
void pairing_offer(struct pairing *p, struct conn *c, enum side side);

/* Take the connection whose other end waits for this one (side: of the one that asks), or NULL. */
struct conn *pairing_take(struct pairing *p, const struct event *e, enum side side);

/* The first accept of another machine that this connect fits, though by their clocks it came before; NULL. */
struct conn *pairing_take_earlier(struct pairing *p, const struct event *connect);

/* unixpair.c: connections between names in the file system or the abstract space. */
struct unixpair;
struct unixpair *unixpair_new(struct build *b);
void unixpair_free(struct unixpair *u);

/* A socket listens under its name from now on. */
void unixpair_listen(struct unixpair *u, struct sock *listener);

/* Another process may have called listen on it, too: the kernel names that one from now on. */
void unixpair_listen_again(struct unixpair *u, const struct event *listen);

/* A connect to a name: finds conn->listener, and waits there. */
void unixpair_connect(struct unixpair *u, struct conn *c, const struct event *connect, bool was_answered);

/* Tell of an accept or a listen that comes, by time, before any of them is asked for. */
void unixpair_foresee(struct unixpair *u, const struct event *e);

/* The first connect that waits at the accept's listener and comes from the process that the kernel named; NULL, as in a sandbox,
 * where it is not asked, and where one in a sandbox, or of whom no record tells, may have taken that one, and this accept another. */
struct conn *unixpair_accept(struct unixpair *u, const struct event *accept);

/* Small questions. */
static inline enum side other_side_of(enum side side)
{
	return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

static inline bool text_is(const char *text, const char *name)
{
	return text && name && strcmp(text, name) == 0;
}

/* Cheap where the line has none, which is what nearly all have. */
static inline bool line_has(const struct event *e, const char *text)
{
	return memmem(e->line, e->line_len, text, strlen(text));
}

/* Whether somebody may have accepted from it of whom no record tells. */
static inline bool sock_may_accept_unrecorded(const struct sock *listener)
{
	return listener && listener->unrecorded_ns < UINT64_MAX;
}

/* Who waited for the end of file and got it when somebody closed that side's socket tells that whoever was killed with a copy was dead by
 * then: that close is sock->gone. */
void flow_date_by_reader(struct conn *c, enum side side);

#endif
