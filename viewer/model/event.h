/* event.h: one line of a trace, as every later stage sees it. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/calls.h"
#include "trace/format.h"

struct conn;
struct process;
struct sock;

enum event_kind { EVENT_INHERIT, EVENT_CALL, EVENT_PENDING, EVENT_EXIT, EVENT_LOST };

/* A socket address: the raw bytes (at most TRACE_RAW_MAX kept), and what the shim decoded of them. A trace has each once. */
struct address {
	const char *family;   /* "AF_INET"; a number as text where the trace has none */
	const char *host;     /* "127.0.0.1", "::1"; NULL unless AF_INET or AF_INET6 */
	const char *path;     /* AF_UNIX with a path: not escaped; NULL otherwise */
	const char *abstract; /* AF_UNIX abstract: the name without its leading NUL, JSON-decoded; NULL otherwise */
	uint32_t len;         /* as passed to or returned by the kernel */
	uint32_t scope_id;    /* AF_INET6 */
	uint16_t port;        /* host order; AF_INET and AF_INET6 */
	bool is_short;        /* shorter than its family needs */
	uint8_t raw_len;
	uint8_t raw[]; /* raw_len bytes */
};

/* A descriptor and the socket behind it. */
struct fdsock {
	int fd;
	uint64_t sock;
};

enum side { SIDE_CLIENT, SIDE_SERVER, SIDE_NONE };

/* The lesson's five phases. PHASE_NONE: the call belongs to no connection and to no start. */
enum phase { PHASE_NONE, PHASE_START_SERVER, PHASE_START_CLIENT, PHASE_EXCHANGE, PHASE_DISCONNECT, PHASE_DROP };

/* What few events have. */
struct event_more {
	struct fdsock made[2]; /* new descriptors (accept, socket, dup, socketpair); sock 0: none */
	uint32_t pid;      /* of a vfork child that made the call in this process's memory; 0: the process made it */
	uint32_t peer_pid; /* Unix accept and connect: the process at the other end, as the kernel says; 0 unknown */
	const uint64_t *stack; /* return addresses, the call's own first; NULL unless SOCKTRACE_STACK asked for them */
	unsigned stack_len;
	const char *call_name; /* of a call that this version has no row for; NULL */
};

extern const struct event_more event_no_more;

/* A trace has millions of them: what is rare goes into event_more, what is text stays in the line. What every step asks stands
 * first, within the 64 bytes that a processor fetches at a time. */
struct event {
	/* As recorded, but for side, phase, abandoned, socket and conn, which the model finds. */
	uint64_t t_ns; /* entry, CLOCK_MONOTONIC */
	enum event_kind kind : 8;
	enum call_id call : 8; /* CALL_UNKNOWN for a call this version has no row for */
	enum side side : 4;    /* of `conn` */
	enum phase phase : 4;
	bool is_live : 1;   /* read from the process's live file */
	bool is_plain : 1;  /* event_is_plain, as found when it was read */
	bool abandoned : 1; /* a pending that is not what the thread waits in any more */
	uint32_t tid;
	struct process *proc;
	uint64_t sock;       /* the socket behind `fd`, 0 if none */
	struct sock *socket; /* of `sock`; of a getaddrinfo the one its thread made next; NULL if none */
	struct conn *conn;   /* the connection this call belongs to; NULL if none */
	int64_t ret;         /* EVENT_CALL; an EVENT_EXIT's status; an EVENT_LOST's count */
	uint64_t dt_ns;      /* duration; 0 for everything but EVENT_CALL */

	const char *err;                    /* "ECONNREFUSED"; NULL where it succeeded */
	const struct event_more *more;      /* never NULL */
	const struct address *local, *peer; /* NULL if absent */
	const struct address *addr;         /* the address in args, NULL if absent */
	const char *via;                    /* "libc", "__read_chk", an inherit's "fork"; NULL */
	uint64_t pc;                        /* 0 unknown */
	const char *line;                   /* the whole line, as it stands in the file */
	uint32_t line_len;
	uint32_t lineno;
	uint32_t args_at, args_len; /* the text of the args object, within the line; 0 if absent */
	uint32_t data_at;           /* the text of `data` behind its quote, within the line; 0 if absent */
	uint32_t data_len;          /* so many bytes were recorded of those moved: event_data has them */
	int fd;                     /* the descriptor acted on, -1 if none */
	int refs;                   /* close: descriptors of that socket this process still has; -1 unknown */

	/* Found by the model. */
	const struct event *
		cause; /* accept: the connect it answers; read: the write whose first byte it returned; EOF: the close or shutdown */
	uint32_t unseen; /* read: of the bytes it returned, so many at least no recorded call wrote */
	uint32_t
		transfer; /* of a read or write: its first in that direction's `sent`, if that is its own; see transfers_of */
};

_Static_assert(CALL_COUNT <= UINT8_MAX, "event.call has 8 bits");

/* When the call returned; for a pending, the entry. */
static inline uint64_t event_end_ns(const struct event *e)
{
	return e->t_ns + e->dt_ns;
}

/* The call's name as in the trace, known or not; NULL for what is no call. */
const char *event_call_name(const struct event *e);

/* The file the line stands in. */
const char *event_file(const struct event *e);

/* The text of the args object, args_len bytes; NULL if absent. */
static inline const char *event_args(const struct event *e)
{
	return e->args_at ? e->line + e->args_at : NULL;
}

/* The recorded ones of the bytes moved, data_len of them, to `to`. */
void event_data(const struct event *e, char *to);

/* An argument as a number (false: absent or not a number), or as text: "SOCK_STREAM", "[\"SOCK_CLOEXEC\"]" (NULL: absent; static until the next
 * call in this thread). Searched in the line at each call: for drawing, not for loops over a whole trace. */
bool event_arg_int(const struct event *e, const char *name, int64_t *value);
const char *event_arg_text(const struct event *e, const char *name);

/* The same for what stands outside `args`: "status", "optval", "family" of an inherit... Objects come as JSON text. */
bool event_int(const struct event *e, const char *key, int64_t *value);
const char *event_text(const struct event *e, const char *key);

/* Of a call that libc made by itself the function that the program called, static as event_text's, "" where nobody knows; NULL of all others, also
 * of one that the program made by libc's own function, past the shim's (dlsym(3) of libc's handle). For drawing, too. */
const char *event_libc_for(const struct event *e);

/* Whether the call has a parameter of one of these kinds: a bit each, 1 << KIND_BUF. */
static inline bool event_takes(const struct event *e, uint64_t kinds)
{
	return e->call < CALL_COUNT && call_table[e->call].kinds & kinds;
}

#define EVENT_KIND(name) (UINT64_C(1) << KIND_##name)

/* Predicates over the table's rows, so that accept4 counts as accept and recvfrom as a read. What is no call has no row. */
static inline bool event_is_accept(const struct event *e)
{
	return e->call == CALL_accept || e->call == CALL_accept4;
}

static inline bool event_is_exec(const struct event *e)
{
	return (e->kind == EVENT_CALL || e->kind == EVENT_PENDING) && e->call >= CALL_execve && e->call <= CALL_fexecve;
}

/* Of a splice, whether its socket is where the bytes went: they came from a pipe then. */
bool event_splices_out(const struct event *e);

/* Moves bytes into the program. A splice's go into a pipe, which is the program's. */
static inline bool event_is_read(const struct event *e)
{
	if (e->call == CALL_splice)
		return !event_splices_out(e);
	return event_takes(e, EVENT_KIND(BUF_OUT) | EVENT_KIND(IOV_OUT) | EVENT_KIND(MSG_OUT)) &&
	       call_table[e->call].flags & CALL_IO;
}

/* Moves bytes out of it. A file's bytes (sendfile) go out without passing through it. */
static inline bool event_is_write(const struct event *e)
{
	if (e->call == CALL_sendfile || e->call == CALL_sendfile64)
		return true;
	if (e->call == CALL_splice)
		return event_splices_out(e);
	return event_takes(e, EVENT_KIND(BUF) | EVENT_KIND(IOV) | EVENT_KIND(MSG)) &&
	       call_table[e->call].flags & CALL_IO;
}

static inline bool event_brings_bytes(const struct event *e)
{
	return e->kind == EVENT_CALL && !e->err && e->ret > 0 && event_is_read(e);
}

/* A write that opens a connection too: the peer's address, with MSG_FASTOPEN. */
bool event_is_fast_open(const struct event *e);

/* Asks for a connection. */
static inline bool event_connects(const struct event *e)
{
	return e->call == CALL_connect || event_is_fast_open(e);
}

/* A call that only moves bytes, or waits for them: most of a large trace. It makes, closes and passes no descriptor, names no
 * address, and is the program's own; it may have failed. */
bool event_is_plain(const struct event *e);

/* Lets go of its descriptor. */
static inline bool event_is_close(const struct event *e)
{
	return e->call == CALL_close || e->call == CALL_fclose || e->call == CALL_freopen;
}

bool event_is_eof(
	const struct event
		*e); /* a read that returned 0 though room was given, of what can end, and took no message of 0 bytes */
bool event_failed(const struct event *e); /* with an error other than EAGAIN, EINPROGRESS, EINTR */

/* Every address of a machine: where who listens is reached by whoever calls one of them. */
bool host_is_wildcard(const char *host);

/* Of a connect: it is back, and the kernel goes on with it. */
bool event_is_under_way(const struct event *e);

#endif
