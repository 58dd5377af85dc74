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
	const struct conn *conn;      /* NULL: none */
	VEC(const struct conn *) all; /* the connections whose calls are counted: it, or all of its listener's */
	const struct sock *listener;
	const struct process *procs[2]; /* by side; NULL: not traced, or nobody */
	const struct sock *socks[2];    /* the client's socket, the server's connected one */
};

/* Fill d->boxes with what happened to the subject. */
void boxes_fill(struct diagram *d, const struct subject *s);

/* The last call of that kind on a socket, also one that failed; NULL: none. */
const struct event *boxes_last_call(const struct sock *sock, enum call_id call);

#endif
