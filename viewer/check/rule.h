/*
 * rule.h: what a rule is, and what it says and asks. A file in check/ named stNNN_the_mistake.c ends in
 * `const struct rule stNNN_the_mistake`; the folder is the registry, docs/mistakes/ has a page for each.
 */
#ifndef CHECK_RULE_H
#define CHECK_RULE_H

#include "viewer/base/map.h"
#include "viewer/check/check.h"

/* Proved: an errno, a death, a leak on record. Probable: a pattern. Advice: legal, worth knowing. */
struct rule {
	const char *id;    /* "ST012-io-on-listenfd": the number of the mistake, and its page's name */
	const char *title; /* what the program does: "talks on the listening descriptor" */
	enum grade grade;  /* the worst that it finds */
	void (*check)(struct inspection *in);
};

struct call_list {
	const enum call_id *ids; /* what was asked for; NULL: a list that a rule made */
	VEC(const struct event *) events;
	size_t *begins; /* NULL, or sorted by thread: where each process's begin, by index, and the end of the last */
};

/* A trace while rules are tried on it. */
struct inspection {
	struct trace *t;

	/* For check.c, calls.c and ask.c. */
	struct findings *found;
	const struct rule *rule;         /* that is being tried */
	struct call_list of[CALL_COUNT]; /* by call */
	VEC(struct call_list) lists;     /* that rules asked for, or made */
	VEC(const struct sock *) bound;  /* by port */
	struct map told;                 /* findings by place */
};

struct calls {
	const struct event *const *items;
	size_t count;
};

/* The calls of that name that programs made, by time, those under way included; not those that libc made by itself, nor
 * those of a vfork child. */
struct calls rule_calls(const struct inspection *in, enum call_id call);

/* All of a static array of call ids, CALL_UNKNOWN at its end, by time. It lives as long as the inspection; asked for again it
 * costs nothing. */
struct calls rule_calls_of(struct inspection *in, const enum call_id *ids);

/* The same, each process's together, in it each thread's, of that by time: where a rule asks about one thread, or one process,
 * again and again, it must not look through those of all. */
struct thread_calls {
	const struct event *const *items;
	const size_t *begins;
};
struct thread_calls rule_calls_by_thread(struct inspection *in, const enum call_id *ids);

/* Those of a process. */
struct calls rule_calls_by(struct thread_calls calls, const struct process *p);

/* The first of them that the event's thread began then or later; NULL: there is none. */
const struct event *rule_thread_first(struct thread_calls calls, const struct event *e, uint64_t from_ns);

/* The sockets that a bind gave this port, or the kernel where that was left to it. */
struct socks {
	const struct sock *const *items;
	size_t count;
};
struct socks rule_bound_to(const struct inspection *in, unsigned port);

/* The port that a bound socket has; 0 unknown, or no port. */
unsigned rule_port(const struct sock *s);

/* The events of such a list, which then belongs to the inspection. */
struct calls rule_keep(struct inspection *in, struct call_list *list);

/* The last are those that wait for descriptors to be ready. */
extern const enum call_id rule_accepts[], rule_reads[], rule_writes[], rule_waits[];

/*
 * Report a mistake, at the call whose source line is to be changed. `what` says in at most 65 columns what happened, as
 * a clause without a full stop; `cure` in at most 78 what to change, as a sentence. Both printable: what comes from the
 * trace has gone through scene/words.h or rule_say. The finding's connection is the call's; a rule may set another.
 */
struct finding *rule_report(struct inspection *in, enum grade grade, const struct event *at, const char *what,
			    const char *cure);

/* The trace does not show enough to try this rule on something in question: why, as a clause ("c2: 23 B moved unseen").
 * The run says so, and is inconclusive unless it found mistakes. */
void rule_doubt(struct inspection *in, const char *why);

/* What printf would print, in the trace's arena. */
const char *rule_say(struct inspection *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Questions. */

/* What the socket was just before the call. */
bool rule_state_is(const struct event *e, enum sock_state state);

/* A read or write waits until it can be done: its socket was not made otherwise, nor the call. False too where it is not known. */
bool rule_is_blocking(const struct event *e);

/* All that the process did is in the trace: nothing was lost, no line was unreadable. */
bool rule_saw_all(const struct inspection *in, const struct process *p);

/* Text of the source `lines` below the call's own (above, if negative), not escaped. NULL: nobody has it. */
const char *rule_source(struct inspection *in, const struct event *e, int lines);

/* The first of those calls that the same thread began when this one had returned; NULL: there is none. */
const struct event *rule_thread_next(struct thread_calls calls, const struct event *after);

/* A descriptor of the process for that socket that it never closed; NULL: it closed them all, or had none. */
const struct descriptor *rule_kept_open(const struct sock *s, const struct process *p);

/* Whether a process has the socket open at that time, or may: when a killed one let go of it is not known. */
bool rule_may_be_open(const struct sock *s, uint64_t at_ns);

/* The first call of that id, or of which that is true, on the event's socket that began after it (before it: the latest); NULL:
 * there is none. */
const struct event *rule_next(const struct event *after, enum call_id call);
const struct event *rule_next_that(const struct event *after, bool (*is)(const struct event *));
const struct event *rule_last(const struct event *before, enum call_id call);

/* The port that an argument is, or ends in behind a mark: "80", "host:80", "--port=80"; -1: it names none. */
int rule_port_in(const char *arg);

/* Whether an argument of the process names that port. */
bool rule_is_port_argument(const struct process *p, unsigned port);

/* Whether the process binds a socket to that port, connects one to it, or sends there. */
bool rule_uses_port(struct inspection *in, const struct process *p, unsigned port);

/* Whether an argument of the process is that address, also in "address:port". */
bool rule_is_address_argument(const struct process *p, const char *address);

/* The call's address is what its program was told: an argument, or what it looked up. */
bool rule_is_address_asked_for(const struct inspection *in, const struct event *e);

bool rule_is(const char *text, const char *name);
bool rule_is_inet(const struct sock *s);
bool rule_is_stream(const struct sock *s);
bool rule_is_udp(const struct sock *s);
bool rule_succeeded(const struct event *e); /* returned, and without an error */

#endif
