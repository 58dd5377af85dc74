/* sock.h: kernel sockets, their states, and the descriptors through which processes have them. */
#ifndef MODEL_SOCK_H
#define MODEL_SOCK_H

#include "viewer/base/vec.h"
#include "viewer/model/event.h"

/* What a socket is, as its own calls show it. One direction of a half-closed connection has ended, by a shutdown or an
 * end of file read; closed is one of which both have, that was reset, or that has no descriptor left. */
enum sock_state {
	STATE_UNCONNECTED,
	STATE_BOUND,
	STATE_LISTENING,
	STATE_CONNECTING,
	STATE_CONNECTED,
	STATE_HALF_CLOSED,
	STATE_CLOSED,
};

/* From at_ns on the socket is in that state, because of the event. */
struct sock_change {
	uint64_t at_ns;
	const struct event *event;
	enum sock_state state;
};

/* One kernel socket, known by (boot, cookie), in however many processes. */
struct sock {
	const char *boot;
	uint64_t cookie;
	const char *family, *type; /* "AF_INET", "SOCK_STREAM"; NULL unknown */
	const char *protocol;      /* "IPPROTO_TCP"; NULL unknown or 0 */
	const struct event *made;  /* socket, socketpair, accept; NULL: inherited from an untraced process */
	int made_fd;
	bool listener;
	bool serves; /* bound, and others send it datagrams: what a listener is to connections */
	const struct event *listened, *bound; /* NULL: not seen */
	uint64_t
		unrecorded_ns; /* since when somebody may accept from it of whom no record tells; UINT64_MAX: nobody may */
	uint64_t awaited_ns; /* since when somebody waits in an accept on it that never returned; UINT64_MAX: nobody does */
	const struct address *local; /* latest known own address; NULL */
	struct conn *conn;           /* latest connection; NULL */
	struct sock *accepted_from;  /* the listener; NULL */
	const struct event *closed;  /* the close that took the last descriptor; NULL: open at the end, or not seen */
	const struct event *
		gone; /* what took the last descriptor: closed, else an exec, exit or dead process's last event; NULL: open */
	uint64_t held_ns; /* if gone: until then somebody had it for certain, longer only who was killed since */
	unsigned open;    /* descriptors, in all traced processes, at the end */
	struct descriptor *descriptors; /* all it ever had, the latest first, chained by `next`; NULL */
	struct sock_change *changes;    /* nchanges of them, by time, no two neighbours alike */
	unsigned nchanges;
	VEC(struct event *) events; /* of this socket, by time; the call that made it first */
};

/* A descriptor of a process: the lineage. Born by a call, a fork, an exec or a message; gone by close or the process's end. */
struct descriptor {
	struct process *proc;
	struct sock *sock;
	int fd;
	const struct event *born, *closed; /* closed NULL: open to the end */
	bool handed_on;                    /* by an exec, to the image that followed: closed is that exec */
	const struct event *gone;          /* closed, or what ended its process; NULL: open when the trace was read */
	uint64_t
		born_ns; /* when it took effect: a child has its descriptors from the fork on, though its file tells later */
	/* By then at the latest; UINT64_MAX: open when the trace was read, or nobody knows when its process was killed. */
	uint64_t gone_ns;
	const struct descriptor *
		from; /* what it is a copy of (dup, fork, exec, passing) or came out of (accept: the listener's); NULL */
	struct descriptor *next; /* of the same socket */
};

/* Whether `gone` is what took the descriptor, or the socket's last one, at that time: of who was killed it is only what he is seen to do
 * last. */
bool descriptor_end_is_known(const struct descriptor *d);
bool sock_end_is_known(const struct sock *s);

/* "unconnected", "half-closed"... */
const char *sock_state_name(enum sock_state state);

/* The state at that time; STATE_UNCONNECTED before the first that is known. */
enum sock_state sock_state_at(const struct sock *s, uint64_t at_ns);

/* Whether somebody had it at that time for certain: not who was killed, after what he did last. */
bool sock_is_held(const struct sock *s, uint64_t at_ns);

/* The first descriptor behind `after` (NULL: of all) that the socket has at that time, or may have where nobody knows when its process
 * was killed; NULL: no more. */
const struct descriptor *sock_next_holder(const struct sock *s, const struct descriptor *after, uint64_t at_ns);

/* Who keeps the socket open though this call closed a descriptor of it: no end of file goes out then. NULL: that was
 * the last descriptor, or the event closes none. */
const struct descriptor *sock_still_held(const struct event *close);

#endif
