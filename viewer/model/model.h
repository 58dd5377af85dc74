/*
 * model.h: what a trace tells: processes, sockets, connections with both ends, phases.
 *
 * load/ fills `procs` and `events`; model_build finds everything else. All of it lives in the trace's arena.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "viewer/base/arena.h"
#include "viewer/base/vec.h"
#include "viewer/model/event.h"

/* An object that call sites point into. */
struct module {
	uint64_t base, end;
	const char *path;
	const char *build_id; /* hexadecimal; NULL if it has none */
};

enum ending {
	END_RUNNING, /* alive when the trace was read: pid and start time still match */
	END_EXIT,    /* `exit` line, or its parent's wait says so */
	END_SIGNAL,  /* its parent's wait or `run` says so */
	END_EXEC,    /* another image of the same pid follows */
	END_UNKNOWN, /* no exit line and gone: killed, or the machine went down */
};

enum role { ROLE_NONE, ROLE_CLIENT, ROLE_SERVER, ROLE_PROXY, ROLE_WORKER };

/* One process image: one trace file. */
struct process {
	unsigned index; /* P1, P2...: position in trace->procs, from 1, in order of start */
	uint32_t pid, ppid;
	uint64_t started; /* field 22 of /proc/PID/stat: clock ticks after boot */
	bool forked;      /* `start` is "fork" */
	const char *name; /* base name of argv[0], else of exe */
	const char *exe, *cwd, *host, *boot, *libc, *shim;
	uint64_t netns, pidns;
	const char **argv;
	size_t argc;
	int64_t uid;
	bool libc_calls;
	int64_t realtime_s, realtime_ns; /* the wall clock at start_ns */
	const char *file, *live_file;    /* its trace, and what is live of it; live_file NULL where none can be */
	VEC(struct module) modules;

	uint64_t start_ns, last_ns; /* first and last line */
	size_t lost;                /* events the shim could not keep */
	struct process *parent;     /* the traced process that forked it; NULL */
	const struct event *fork;   /* the parent's fork or vfork that made it; NULL: not seen */
	struct process *image_of;   /* the image this one was exec'd over; NULL */
	enum ending ending;
	int end_status;         /* END_EXIT */
	const char *end_signal; /* END_SIGNAL: "SIGPIPE" */
	enum role role;
	unsigned threads; /* distinct tids seen */
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
	const struct event *listened, *bound; /* NULL: not seen */
	const struct address *local;          /* latest known own address; NULL */
	struct conn *conn;                    /* latest connection; NULL */
	struct sock *accepted_from;           /* the listener; NULL */
	const struct event *closed; /* the close that took the last descriptor; NULL: open at the end, or not seen */
	const struct event *
		gone; /* what took the last descriptor: closed, else an exec, exit or dead process's last event; NULL: open */
	unsigned open;              /* descriptors, in all traced processes, at the end */
	VEC(struct event *) events; /* of this socket, by time; the call that made it first */
};

/* A descriptor of a process: the lineage. Born by a call, a fork, an exec or a message; gone by close or the process's end. */
struct descriptor {
	struct process *proc;
	struct sock *sock;
	int fd;
	const struct event *born, *closed; /* closed NULL: open to the end */
	const struct descriptor *
		from; /* what it is a copy of (dup, fork, exec, passing) or came out of (accept: the listener's); NULL */
};

/* One end of a connection. proc NULL: not traced. */
struct end {
	struct process *proc;
	struct sock *sock;
	int fd;
	const struct event *made;     /* connect, accept, socketpair, inherit; NULL */
	const struct address *addr;   /* its own address; NULL unknown */
	uint64_t written, read;       /* bytes, as calls returned them */
	unsigned writes, reads;       /* calls that moved bytes */
	uint64_t wrote_unseen;        /* bytes that it must have written by no recorded call: the other end read them */
	uint64_t read_unseen;         /* bytes that it must have read by no recorded call: it saw the end behind them */
	const struct event *eof_sent; /* the shutdown, or what took the last descriptor (sock->gone); NULL */
	const struct event *eof_seen; /* the read that returned 0; NULL */
};

enum outcome {
	CONN_OPEN, /* both ends or one may still use it at the trace's end */
	CONN_CLOSED,
	CONN_REFUSED,      /* connect failed: ECONNREFUSED */
	CONN_FAILED,       /* connect failed otherwise; ends[SIDE_CLIENT].made->err */
	CONN_PENDING,      /* connect began and did not return */
	CONN_NOT_ACCEPTED, /* connected, the listener is traced, no accept took it */
};

/* A connection, or an attempt at one. The client is who called connect; of a socketpair, sv[0]. */
struct conn {
	unsigned id;           /* c1, c2...: from 1, by time */
	struct end ends[2];    /* by enum side */
	struct sock *listener; /* NULL unknown */
	enum outcome outcome;
	uint64_t begun_ns, ended_ns; /* connect's (else accept's) entry; last call */
	uint64_t
		queued_ns; /* how long it lay in the backlog before anybody asked: connect's return to accept's entry; 0 if accept was waiting */
	VEC(struct event *) events; /* of both ends, by time */
};

struct trace {
	struct arena *arena;
	VEC(struct process *) procs;
	VEC(struct event *) events; /* of the chosen session, by t_ns; ties in file order */
	VEC(struct sock *) socks;
	VEC(struct descriptor *) descriptors; /* by birth */
	VEC(struct conn *) conns;
	VEC(const char *) warnings; /* about lines that could not be read, one text each: "file:12: ..." */
	uint64_t start_ns, end_ns;
	size_t sessions; /* found in the input; 1 where none was left out */
	void *sites;     /* of model/site.c */
};

/* Find processes' parents, sockets, descriptors, connections and phases. Events must be sorted. */
void model_build(struct trace *t);

/* Give back everything of the trace, itself included. */
void trace_free(struct trace *t);

/* "Client", "Server", "Proxy", "Worker", or the program's name where it has no role. */
const char *role_name(enum role role);

#endif
