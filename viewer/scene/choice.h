/* choice.h: which of a trace's events are to be told: by connection, process, call, time, failure. */
#ifndef SCENE_CHOICE_H
#define SCENE_CHOICE_H

#include "viewer/base/err.h"
#include "viewer/base/map.h"
#include "viewer/base/vec.h"
#include "viewer/model/model.h"

/* What somebody typed, NULL where nothing. Lists have commas between. */
struct choice_words {
	const char *conns;     /* "c1,c4" */
	const char *pids;      /* "4711,P2" */
	const char *calls;     /* "accept,connect": names, or beginnings of names */
	const char *from, *to; /* "1.5s", "200ms", "800us", "2" (seconds): since the trace's first step */
	bool errors;
};

/* All that is asked for must hold. Start with choice_all or choice_read; choice_free gives it back. */
struct choice {
	VEC(const struct conn *) conns;    /* none: whatever the connection */
	VEC(const struct process *) procs; /* none: whatever the process */
	VEC(const char *) calls;           /* none: whatever the call; else what its name begins with */
	uint64_t zero_ns;                  /* when the trace's first step is told */
	uint64_t from_ns, to_ns;           /* both included, on the trace's clock */
	bool errors;                       /* what failed, and what explains it */
	struct map explained;              /* with errors: these events */
};

void choice_all(struct choice *c, const struct trace *t);

/* False: *err says which word means nothing, and which would. */
bool choice_read(struct choice *c, const struct trace *t, const struct choice_words *words, struct err *err);
void choice_free(struct choice *c);

/* Whether nothing is left out. */
bool choice_is_all(const struct choice *c);

/* Whether the event is chosen, its time apart; whether a time is; whether the connection is one that has such events. */
bool choice_has(const struct choice *c, const struct event *e);
bool choice_has_time(const struct choice *c, uint64_t at_ns);
bool choice_has_conn(const struct choice *c, const struct conn *conn);

/* "c1 c4, pid 4711, calls accept.., from 1.50 s, failures". In the arena. */
const char *choice_told(struct arena *a, const struct choice *c);

/* The connection of that name, "c2" or "2". NULL: *err says which there are. */
const struct conn *choice_conn(const struct trace *t, const char *name, size_t len, struct err *err);

/* When an event is told: what a call gives is there when it returns; what it does, when it begins. */
uint64_t choice_told_ns(const struct event *e);

/* choice_errors.c: fill c->explained. */
void choice_explain(struct choice *c, const struct trace *t);

#endif
