/* stats.h: a trace in numbers: calls, latencies, errors, connections by shape, sockets over time. */
#ifndef SCENE_STATS_H
#define SCENE_STATS_H

#include "viewer/base/vec.h"
#include "viewer/model/model.h"

/*
 * What a latency is here: the time from a call's entry to its return, of calls that came back with an answer.
 * STATS_WORK: calls that return when they have done what they do. STATS_WAIT: calls that return when somebody else
 * has done something, so that most of their time may be waiting. STATS_BETWEEN: not calls, but the time between one
 * end and the other.
 */
enum stats_group { STATS_WORK, STATS_WAIT, STATS_BETWEEN };

/* Nearest-rank percentiles: exact up to 4096 of them, then off by at most 1/256 (base/quantiles.h). */
struct stats_latency {
	uint64_t count, p50_ns, p95_ns, p99_ns, max_ns, total_ns;
};

struct stats_call {
	enum stats_group group;
	const char *name;
	uint64_t returned; /* how often, errors included */
	uint64_t failed;   /* with an error other than the next */
	uint64_t not_yet;  /* EAGAIN, EINPROGRESS, EINTR: not in `latency` */
	uint64_t open;     /* began and never returned */
	uint64_t bytes;    /* moved; 0 where it moves none */
	struct stats_latency latency;
};

/* An error of a call, and where it first happened. */
struct stats_error {
	const char *call, *err;
	const char *meaning; /* NULL: its name is all there is to say */
	uint64_t count;
	bool not_yet;       /* no failure: EAGAIN, EINPROGRESS, EINTR */
	const char *source; /* "echo.c:14"; NULL */
	unsigned proc;      /* P1, P2... */
	unsigned conn;      /* c1, c2...; 0: none */
	uint64_t at_ns;     /* since the trace's start */
	const struct event *first;
};

/* Connections in which both ends made the same calls in the same order, repeats folded. */
struct stats_shape {
	const char *calls[2]; /* by side: "connect (write read)+ close"; NULL: see stranger */
	const char *stranger; /* what is so of an end without calls: "not traced", "not known" */
	const char *outcome;  /* "closed", "refused"... */
	bool answered;        /* there was somebody to connect to */
	uint64_t count;
	uint64_t sent[2]; /* bytes that left a side, all connections together */
	struct stats_latency duration;
	unsigned example; /* c3: the first */
};

struct stats_proc {
	unsigned index;         /* P1, P2... */
	const char *who, *role; /* "echo_client 4711"; "" without a role */
	uint64_t calls, failed, read, written;
};

/* Values over the trace's time, in slots of equal width. */
enum { STATS_SLOTS = 480 };
struct stats_series {
	uint64_t slots[STATS_SLOTS];
	uint64_t most, most_at_ns; /* the highest, and when first, since the trace's start */
};

struct stats {
	struct arena *arena;  /* the trace's */
	const char *when;     /* "2026-11-23 12:58:55"; NULL unknown */
	uint64_t duration_ns; /* from the first line to the last */
	uint64_t calls, failed, not_yet, open;
	uint64_t lost;                  /* events that could not be recorded */
	VEC(const char *) warnings;     /* about lines that could not be read */
	size_t older_sessions;          /* left out */
	VEC(struct stats_call) rows;    /* by group, then in the order of calls.def */
	VEC(struct stats_error) errors; /* failures first, the most frequent first */
	VEC(struct stats_shape) shapes; /* the most frequent first */
	VEC(struct stats_proc) procs;   /* those with the most calls first */
	struct stats_series calls_made; /* calls begun in each slot */
	struct stats_series open_socks; /* the most at a time in each slot */
	uint64_t socks, socks_unclosed; /* all there were; those that no call closed */
	uint64_t conns, outcomes[CONN_NOT_ACCEPTED + 1];
};

/* One pass over the trace, which must outlive the scene. */
struct stats *stats_new(struct trace *t);
void stats_free(struct stats *s);

/* "open", "closed", "refused"...: an outcome in a word. */
const char *stats_outcome(enum outcome outcome);

#endif
