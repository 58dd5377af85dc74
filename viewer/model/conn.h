/* conn.h: connections: their ends, what passed between them, in which rounds, and how it came to its end. */
#ifndef MODEL_CONN_H
#define MODEL_CONN_H

#include "viewer/base/vec.h"
#include "viewer/model/event.h"

/* Bytes that went from one write to one read: of a stream each piece, of datagrams and records each message. */
struct transfer {
	const struct event *write; /* NULL: no recorded call wrote them */
	const struct event *read;  /* NULL: never read, as far as is known */
	uint64_t at;               /* bytes that the writing end wrote before them */
	uint32_t len;              /* as written */
};

struct transfers {
	const struct transfer *items;
	size_t count;
};

/* One end of a connection. proc NULL: not traced. */
struct end {
	struct process *proc;
	struct sock *sock;
	int fd;
	const struct event *made;     /* connect, accept, socketpair, inherit, a datagram's first call; NULL */
	const struct address *addr;   /* its own address; NULL unknown */
	uint64_t written, read;       /* bytes, as calls returned them */
	unsigned writes, reads;       /* calls that moved bytes */
	uint64_t wrote_unseen;        /* bytes that it must have written by no recorded call: the other end read them */
	uint64_t read_unseen;         /* bytes that it must have read by no recorded call: it saw the end behind them */
	const struct event *eof_sent; /* the shutdown, or what took the last descriptor (sock->gone); NULL */
	const struct event *eof_seen; /* the read that returned 0; NULL */
	const struct event *
		read_shut; /* its first shutdown of what it reads, behind which a read returns 0 though nobody sent an end; NULL */
	const struct event *waiting; /* the latest call of this end that never returned; NULL: none */
	VEC(struct transfer)
	sent;              /* what it wrote, in the order of the stream; none where the other end is not traced */
	uint64_t followed; /* bytes of them up to which it is known which write they came from */
	uint64_t unread;   /* bytes of `sent` that no read took; 0 where `followed` falls short of what was written */
};

enum conn_kind {
	CONN_STREAM,    /* TCP, Unix streams */
	CONN_DATAGRAM,  /* two sockets that sent each other messages, or one and an address: UDP, Unix datagrams */
	CONN_SEQPACKET, /* a connection that keeps the bounds of messages */
	CONN_PAIR,      /* socketpair, of whatever type */
	CONN_KERNEL,    /* AF_NETLINK: the other end is the kernel */
};

enum outcome {
	CONN_OPEN, /* both ends or one may still use it at the trace's end */
	CONN_CLOSED,
	CONN_REFUSED,      /* connect failed: ECONNREFUSED */
	CONN_FAILED,       /* connect failed otherwise; ends[SIDE_CLIENT].made->err */
	CONN_PENDING,      /* connect began and did not return */
	CONN_NOT_ACCEPTED, /* connected, all who had the listener are traced, no accept took it */
};

/* Why only one end is in the trace. */
enum one_sided {
	BOTH_SIDES,
	ONE_NOT_REACHED,      /* the connect failed, or never returned */
	ONE_NOT_ACCEPTED,     /* it lay in the backlog of a traced listener to the end */
	ONE_PERHAPS_ACCEPTED, /* by somebody of whom no record tells, or it lay in the backlog */
	ONE_NOT_SENT_TO,      /* datagrams to a traced socket, none of which it received */
	ONE_LACKS_CALLS, /* the other end's process is traced, but its trace lacks the calls: lost, or made before it began */
	ONE_NOT_KNOWN, /* it connected, or was accepted, and which of the other ends in the trace is its own is not decided */
	ONE_NOT_TRACED, /* a process of this machine that is not in the trace */
	ONE_OTHER_HOST, /* by its address a process elsewhere: on another machine, or in another network namespace */
	ONE_KERNEL,
};

/* One round: one side asked, the other answered. A side that is not traced leaves NULL; a greeting answers nothing, so
 * nobody asked. Who asks is the client; of a socketpair who spoke first. */
struct exchange {
	const struct event *asked;    /* the write of the request's first byte */
	const struct event *taken;    /* the read that returned it */
	const struct event *answered; /* the write of the answer's first byte; NULL: no answer */
	const struct event *got;      /* the read that returned its last byte */
	uint64_t request_bytes, answer_bytes;
	enum side asker;
};

/* Where the time of a round went, in ns; 0 where one of the calls is not known. */
struct exchange_times {
	uint64_t backlog_ns; /* before anybody had accepted the connection */
	uint64_t flight_ns;  /* from the write to the return of a read that was waiting for it */
	uint64_t unread_ns;  /* else until the other side called read: on their way, and in its socket's buffer */
	uint64_t served_ns;  /* from having the first byte to writing the answer's first */
	uint64_t back_ns;    /* until the asker had all of the answer */
};

enum reset_why {
	RESET_SEEN,        /* a call failed with ECONNRESET; why is not known */
	RESET_UNREAD,      /* closed with bytes unread */
	RESET_LINGER,      /* closed with SO_LINGER 0 */
	RESET_WRITE_AFTER, /* written to after the other end was closed */
	RESET_NEVER_TAKEN, /* the listener closed with the connection in its backlog */
};

/* A connection that was reset: inferred, except that `seen` is what a program was told. */
struct reset {
	enum reset_why why;
	enum side by;              /* the side whose kernel sent the reset */
	const struct event *cause; /* the close, the end of the process, the write; NULL unknown */
	const struct event *seen;  /* the call that failed with ECONNRESET or EPIPE; NULL: nobody noticed */
	uint64_t unread;           /* RESET_UNREAD: that many bytes */
};

/* A connection, or an attempt at one. The client is who called connect; of a socketpair, sv[0]; of datagrams, who sent
 * first. */
struct conn {
	unsigned id; /* c1, c2...: from 1, by time */
	enum conn_kind kind;
	bool records;          /* each read returns one write's message, not any part of a stream */
	struct end ends[2];    /* by enum side */
	struct sock *listener; /* of datagrams that nobody received: the socket that they came to; NULL unknown */
	const struct sock *
		missed; /* CONN_REFUSED: the latest that had listened there, and was gone by then; NULL: none is known */
	enum outcome outcome;
	enum one_sided one_sided;
	bool undecided; /* the other end may be in the trace, or nobody accepted, and nothing tells which it is */
	uint64_t begun_ns, ended_ns; /* connect's (else accept's) entry; last call */
	uint64_t
		queued_ns; /* how long it lay in the backlog before anybody asked: connect's return to accept's entry; 0 if accept was waiting */
	VEC(struct event *) events;     /* of both ends, by time */
	VEC(struct exchange) exchanges; /* by time */
	const struct reset *reset;      /* NULL: none that is known */
	const struct conn
		*on_behalf_of; /* inferred: the one that its client's process was serving when it connected; NULL */
};

/* What became of the bytes that a write wrote; where those came from that a read returned. In the order of the stream;
 * none where the other end is not traced or it is not known. Costs what it returns. */
struct transfers transfers_of(const struct event *e);

/* Of a round of that connection. */
struct exchange_times exchange_times(const struct conn *c, const struct exchange *x);

/* Whether the end of file went from the server to the client, and none the other way. */
static inline bool conn_ended_by_server(const struct conn *c)
{
	return c->ends[SIDE_CLIENT].eof_seen && !c->ends[SIDE_SERVER].eof_seen;
}

/* The read in which an end found that the other had sent one; NULL: none, or its own shutdown may have made that. */
const struct event *end_from_other(const struct end *reader);

/* Whether this side's eof_sent is the call or the exit that sent it: of who was killed it is only what he is seen to do last. */
bool conn_end_is_dated(const struct conn *c, enum side side);

/* When this side said that no more will come: UINT64_MAX, it did not. When somebody was killed only the other end can tell, by
 * finding it. */
uint64_t conn_ended_ns(const struct conn *c, enum side side);

/* Whether the cause of a read tells when that was sent: not an end of file of who was killed. */
bool conn_cause_is_dated(const struct event *read);

/* The process at whose socket a connection came in that nobody accepted, or datagrams that nobody received; NULL unknown. */
struct process *conn_reached(const struct conn *c);

/* Half a sentence: "the other end is not traced", "" for BOTH_SIDES. "closed with 5 bytes unread". */
const char *one_sided_words(enum one_sided why);
const char *reset_words(enum reset_why why);

#endif
