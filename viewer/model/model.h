/*
 * model.h: what a trace tells: processes here, sockets and descriptors in sock.h, connections in conn.h.
 *
 * load/ fills `procs` and `events`; model_build finds everything else. All of it lives in the trace's arena.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "viewer/base/arena.h"
#include "viewer/base/vec.h"
#include "viewer/model/conn.h"
#include "viewer/model/event.h"
#include "viewer/model/sock.h"

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
	END_LEFT,    /* an exec of a program that left no trace: untraced, or without a socket */
	END_UNKNOWN, /* no exit line and gone: killed, or the machine went down */
};

/* ROLE_BOTH: it is its own client, and nobody else's server. */
enum role { ROLE_NONE, ROLE_CLIENT, ROLE_SERVER, ROLE_PROXY, ROLE_WORKER, ROLE_BOTH };

/* One process image: one trace file. */
struct process {
	unsigned index; /* P1, P2...: position in trace->procs, from 1, in order of start */
	uint32_t pid, ppid;
	uint64_t started;    /* field 22 of /proc/PID/stat: clock ticks after boot */
	bool forked;         /* `start` is "fork" */
	const char *sigchld; /* "ignored": its parent's children leave no zombies; NULL: they do, or it is not known */
	const char *name;    /* base name of argv[0], else of exe */
	const char *exe, *cwd, *host, *libc, *shim;
	const char *boot; /* the same pointer in all processes of a boot */
	uint64_t netns, pidns;
	const char **argv;
	size_t argc;
	int64_t uid;
	bool libc_calls;
	int64_t realtime_s, realtime_ns; /* the wall clock at start_ns */
	unsigned argument;               /* of those that named the input: the one that it came from, from 0 */
	const char *file, *live_file;    /* its trace, and what is live of it; live_file NULL where none can be */
	VEC(struct module) modules;

	uint64_t start_ns, last_ns; /* first and last line */
	size_t lost;                /* events the shim could not keep */
	struct process *parent;     /* the traced process that forked it; NULL */
	const struct event *fork;   /* the parent's fork or vfork that made it; NULL: not seen */
	struct process *image_of;   /* the image this one was exec'd over; NULL */
	enum ending ending;
	int end_status;         /* END_EXIT */
	const char *end_signal; /* END_SIGNAL: "SIGPIPE"; "signal 35" of one that has no name */
	enum role role;
	unsigned threads; /* distinct tids seen */
};

/* Two machines whose clocks disagree: something happened before what caused it. One for each pair, with the worst. */
struct skew {
	const struct event *cause, *effect; /* the cause's machine and the effect's differ */
	uint64_t by_ns;                     /* so much too early at least */
	size_t times;
};

struct trace {
	struct arena *arena;
	VEC(struct process *) procs;
	VEC(struct event *) events; /* of the chosen session, by t_ns; ties in file order */
	VEC(struct event *)
	landmarks; /* of events, those that are not plain: few of a large trace; in the same order */
	VEC(struct sock *) socks;
	VEC(struct descriptor *) descriptors; /* by birth */
	VEC(struct conn *) conns;
	VEC(const char *) warnings; /* about lines that could not be read, one text each: "file:12: ..." */
	VEC(struct skew) skews;
	uint64_t start_ns, end_ns;
	size_t sessions; /* one more than were left out */
	bool with_older; /* none was, since all were asked for */
	void *sites;     /* of model/site.c */
};

/* Find processes' parents, sockets, descriptors, connections and phases. Events must be sorted. */
void model_build(struct trace *t);

/* Give back everything of the trace, itself included. */
void trace_free(struct trace *t);

/* "Client", "Server", "Proxy", "Worker", "Client and server"; "" for ROLE_NONE. */
const char *role_name(enum role role);

/* An exec that succeeded: it never returns, and waits for nothing. A vfork child's is seen from the memory of its parent, which lives on. */
static inline bool event_replaces_program(const struct event *e)
{
	const struct process *p = e->proc;

	return e->kind == EVENT_PENDING && e->call < CALL_COUNT && call_table[e->call].flags & CALL_PROC &&
	       (e->more->pid || p->ending == END_EXEC || p->ending == END_LEFT);
}

#endif
