/*
 * canon.h: the canonical form of a trace: what its programs did with sockets, without what differs from run to run.
 *
 * A trace becomes listeners, connections with two ends, and sockets that were neither; each a row of steps. Times, ports,
 * pids, descriptors' numbers, and how bytes were cut into calls are left out; docs/canon.md says what exactly.
 */
#ifndef COMPARE_CANON_H
#define COMPARE_CANON_H

#include "viewer/compare/acts.h"
#include "viewer/model/model.h"

/* One step, with the first of the calls that it consists of. */
struct canon_step {
	uint32_t act;   /* in acts.list */
	uint32_t calls; /* that it was made of: how bytes were cut is kept aside */
	uint64_t bytes;
	const struct event *event; /* NULL: what it stands for is no call */
};

/* What became of a descriptor. */
enum fate {
	FATE_CLOSED,
	FATE_LEFT,    /* open when its process ended, or when it was stopped though it had gone on to other things */
	FATE_UNKNOWN, /* the process was stopped from outside before it could have closed it */
	FATE_NONE,    /* there was none */
};

/* The steps of one end of a connection, or of a socket: canon->steps[first .. first + count). */
struct canon_row {
	size_t first;
	uint32_t count;
	enum fate fate; /* of the descriptor of who used it; UNKNOWN: a close that is missing proves nothing */
	const struct process *proc; /* NULL: not traced */
};

/* How a listener's clients are served. */
enum serving {
	SERVING_UNKNOWN,  /* nobody was */
	SERVING_ONE,      /* one client at a time */
	SERVING_LOOP,     /* several at a time, in one thread that waits for all of them */
	SERVING_THREADS,  /* several threads */
	SERVING_CHILDREN, /* a child process for each */
	SERVING_PROCS,    /* several processes that all accept */
};

struct canon_listener {
	const struct sock *sock;
	const char *name; /* "L1" */
	struct canon_row own;
	enum serving serving;
	unsigned procs; /* processes that wait for its connections */
	size_t conns;   /* that were accepted */
	bool datagrams; /* it does not listen: messages come to it */
};

/* A connection, an attempt at one, or a socket that came to neither: then only ends[SIDE_CLIENT] has steps. */
struct canon_conn {
	const struct conn *conn; /* NULL: only a socket */
	const struct sock *sock; /* of the client's end, else the server's; NULL: not even that was made */
	size_t listener;         /* index in canon->listeners; SIZE_MAX: none that is known */
	struct canon_row ends[2];
	unsigned tried; /* attempts before it, at the same port */
};

struct canon {
	struct trace *trace;
	struct acts *acts;
	struct arena *arena;
	VEC(struct canon_step) steps;
	VEC(struct canon_listener) listeners;
	VEC(struct canon_conn) conns;
	VEC(const char *) doubts; /* why differences may be ones of the tracing: one text each */
};

/* So many bytes of each transfer were recorded; UINT64_MAX: all. */
uint64_t canon_limit(const struct trace *t);

/* The canonical form; canon_free leaves the trace and the acts, which must live longer. */
struct canon *canon_new(struct trace *t, struct acts *acts);
void canon_free(struct canon *c);

/* Append it as text: docs/canon.md. */
void canon_print(const struct canon *c, struct buf *out);

/* "one client at a time", "a process for each client"... */
const char *serving_words(enum serving serving);

#endif
