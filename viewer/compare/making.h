/* making.h: the parts that make a canonical form, one file each. */
#ifndef COMPARE_MAKING_H
#define COMPARE_MAKING_H

#include <string.h>

#include "viewer/compare/canon.h"

/* What became of each process's descriptors of each socket. */
struct fates {
	struct arena *arena;
	struct map by_holder;
	struct map threads; /* of processes that were stopped: when each made its last call */
};

/* The descriptors that one process had of one socket. */
struct holding {
	const struct process *proc;
	const struct sock *sock;
	enum fate fate;             /* UNKNOWN where the process was stopped with one of them open */
	const struct event *closed; /* FATE_CLOSED: what closed the last one */
	bool forked;                /* it has them from its parent */
};

/* Calls on a descriptor after it was closed, by the socket that it last was. */
struct strays {
	struct map by_sock;
};

struct stray {
	const struct sock *sock;
	VEC(const struct event *) events;
};

struct making {
	struct canon *c;
	struct fates fates;
	struct strays strays;
	struct map listeners;    /* by socket: struct canon_listener's index + 1 */
	struct canon_conn *conn; /* whose ends are being told */
	VEC(struct draft) drafts;
	VEC(uint32_t) turns[2];
	struct buf data; /* the first bytes of the last draft */
};

/* fates.c */
void fates_find(struct fates *f, const struct trace *t);
void fates_free(struct fates *f);

/* What that process had of that socket; NULL: nothing. */
const struct holding *fates_of(const struct fates *f, const struct process *p, const struct sock *s);

/* Whether the thread of that event made a call after it, in a process that did not end by itself. */
bool fates_went_on(const struct fates *f, const struct event *e);

/* strays.c. NULL: none for that socket. */
void strays_find(struct strays *s, const struct trace *t, struct arena *a);
void strays_free(struct strays *s);
const struct stray *strays_of(const struct strays *s, const struct sock *sock);

/* attempts.c: connections and sockets that were given up for another try at the same port: *tried by number of the
 * connection; true in *given_up for those that do not count. */
struct attempts {
	unsigned *tried;
	bool *given_up;       /* by conn->id - 1 */
	struct map abandoned; /* sockets that were bound in vain */
};
void attempts_find(struct attempts *a, const struct trace *t, struct arena *arena);
void attempts_free(struct attempts *a);
bool attempts_abandoned(const struct attempts *a, const struct sock *s);

/* bytes.c: make the first bytes of a transfer equal in equal runs: ports are replaced by `$PORT`, in the bytes and in how
 * many there are. They become at most `limit`. */
void bytes_without_ports(struct buf *bytes, const uint16_t ports[2], uint64_t limit, int64_t *number);

/* rows.c: the steps of an end of m->conn, of a listener, of a socket. */
void row_of_end(struct making *m, enum side side);
struct canon_row row_of_socket(struct making *m, const struct sock *s, const struct process *owner);

/* canon_place.c: "LOOPBACK PORT": what an address is without what differs from run to run. Static words. A listener's port is its
 * port, whether or not the kernel chose it. */
const char *canon_place_of(const struct address *a);
const char *canon_place_of_listener(const struct address *a);

/* serving.c: serving, procs and conns of all listeners. */
void serving_find(struct canon *c);

/* watching.c: which listeners are waited for together with their connections, in a poll, select or epoll. Start with {0}. */
struct watching {
	struct map known;   /* the descriptors of all listeners */
	size_t unseen;      /* of them, in no set of several */
	struct map epolled; /* listeners of connections that are in an epoll */
};
void watching_find(struct watching *w, const struct canon *c);
bool watching_has(const struct watching *w, const struct sock *listener);
void watching_free(struct watching *w);

/* doubts.c: canon->doubts. */
void doubts_find(struct canon *c);

static inline bool text_equals(const char *text, const char *other)
{
	return text && other && strcmp(text, other) == 0;
}

#endif
