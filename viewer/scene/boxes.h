/* boxes.h: the fifteen boxes of the lesson's diagram. For diagram.c. */
#ifndef SCENE_BOXES_H
#define SCENE_BOXES_H

#include "viewer/scene/diagram.h"

/* Positions in diagram.boxes. */
enum {
	C_GETADDRINFO,
	C_SOCKET,
	C_CONNECT,
	C_WRITE,
	C_READ,
	C_CLOSE,
	S_GETADDRINFO,
	S_SOCKET,
	S_BIND,
	S_LISTEN,
	S_ACCEPT,
	S_READ,
	S_WRITE,
	S_EOF,
	S_CLOSE,
};

/* What is drawn: a connection, or a listener that nobody came to. */
struct subject {
	struct trace *trace;
	const struct conn *conn; /* NULL: none */
	enum conn_kind kind;
	VEC(const struct conn *) all;   /* the connections whose calls are counted: it, or all of its listener's */
	const struct sock *listener;    /* its boxes_door */
	const struct process *procs[2]; /* by side; NULL: not traced, or nobody */
	const struct sock *socks[2];    /* the client's socket, the server's connected one */
};

/* Fill d->boxes with what happened to the subject. */
void boxes_fill(struct diagram *d, const struct subject *s);

/* The server's socket that others come to: what listens; of datagrams what all of them are sent to; of a socketpair the
 * second. NULL: not known. */
const struct sock *boxes_door(const struct conn *c);

/* boxes_empty.c: whether what that side did is in the trace. A box that has no call, and why where the trace could know of
 * one; the same of a step that makes a connection, which not all sockets need. */
bool boxes_seen(const struct subject *s, enum side side);
void boxes_empty(const struct subject *s, struct box *b, bool could_be_known, const char *why);
void boxes_unconnected(const struct subject *s, struct box *b, bool could_be_known, const char *why);

/* The last call of that kind on a socket, also one that failed; NULL: none. */
const struct event *boxes_last_call(const struct sock *sock, enum call_id call);

#endif
