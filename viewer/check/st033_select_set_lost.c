/* st033: a set for select that is not filled anew: what was not ready the last time is not watched any more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/check/rule.h"

enum { FDS = 128 }; /* of a set that a trace has */

static const enum call_id selects[] = {CALL_select, CALL_pselect, CALL_UNKNOWN};

/* Whether a set holds that descriptor: "[3,5]". */
static bool holds(const char *set, int fd)
{
	const char *at = set ? strpbrk(set, "[") : NULL;

	while (at && *at && *at != ']') {
		char *end;
		long number = strtol(at + 1, &end, 10);

		if (end == at + 1)
			return false;
		if (number == fd)
			return true;
		at = end;
	}
	return false;
}

static bool is_in_set(const struct event *e, int fd)
{
	return holds(event_arg_text(e, "readfds"), fd);
}

/* What nfds leaves out is not watched, in the set or not: that is st039's. */
static bool watches(const struct event *e, int fd)
{
	int64_t nfds;

	return is_in_set(e, fd) && event_arg_int(e, "nfds", &nfds) && fd < nfds;
}

/* The call of the thread after which the listener is watched no more though it is open, and was not ready. NULL: there is
 * none, or it is watched again. */
static const struct event *last_watch(struct calls calls, int fd)
{
	const struct event *lost = NULL;

	for (size_t i = 0; i + 1 < calls.count; i++) {
		const struct event *e = calls.items[i], *next = calls.items[i + 1];

		/* In a sandbox a set may be one that could not be read. */
		if (next->tid != e->tid || next->pc != e->pc || !event_arg_text(next, "readfds"))
			return NULL;
		if (is_in_set(next, fd))
			lost = NULL;
		else if (watches(e, fd))
			lost = next;
	}
	return lost;
}

static bool was_ready(const struct event *e, int fd)
{
	char wanted[32];

	snprintf(wanted, sizeof wanted, "{\"fd\":%d,", fd);
	return memmem(e->line, e->line_len, wanted, strlen(wanted)) != NULL;
}

static const struct event *before_in(struct calls calls, const struct event *e)
{
	for (size_t i = 1; i < calls.count; i++)
		if (calls.items[i] == e)
			return calls.items[i - 1];
	return NULL;
}

/* Whether a call was given nothing but what the one before it left in the set: who takes a descriptor out on purpose keeps others that
 * were not ready. */
static bool is_given_back(const struct event *e, const struct event *before)
{
	for (int fd = 0; fd < FDS; fd++)
		if (is_in_set(e, fd) && watches(before, fd) && !was_ready(before, fd))
			return false;
	return true;
}

/* The descriptor of the only process that has the listener, to its end or the trace's; NULL: several have, or none. */
static const struct descriptor *only_holder(const struct sock *listener)
{
	const struct descriptor *only = NULL;

	for (const struct descriptor *d = listener->descriptors; d; d = d->next) {
		if (d->closed)
			continue;
		if (only)
			return NULL;
		only = d;
	}
	return only;
}

/* Somebody has connected and is never taken in, though the process waits in select since. */
static void check(struct inspection *in)
{
	struct thread_calls all = rule_calls_by_thread(in, selects);
	const struct sock *listener = NULL;

	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct conn *c = in->t->conns.items[i];
		const struct descriptor *d;
		const struct event *lost, *before;
		struct calls calls;
		struct finding *f;

		if (c->outcome != CONN_NOT_ACCEPTED || !c->listener || c->listener == listener)
			continue;
		listener = c->listener;
		d = only_holder(listener);
		if (!d || !rule_saw_all(in, d->proc))
			continue;
		calls = rule_calls_by(all, d->proc);
		lost = last_watch(calls, d->fd);
		before = lost ? before_in(calls, lost) : NULL;
		if (!before || was_ready(before, d->fd) || !is_given_back(lost, before))
			continue;
		f = rule_report(
			in, GRADE_PROBABLE, lost,
			rule_say(in, "select watches descriptor %d no more: c%u is never accepted", d->fd, c->id),
			"select leaves in the set what is ready: give it a copy each time, ready = all.");
		if (f->times == 1)
			f->conn = c;
	}
}

const struct rule st033_select_set_lost = {
	.id = "ST033-select-set-lost",
	.title = "does not fill select's set anew",
	.grade = GRADE_PROBABLE,
	.check = check,
};
