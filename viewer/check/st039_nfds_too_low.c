/* st039: a select whose nfds leaves out a descriptor of its sets, which is then never looked at. */
#include <stdlib.h>
#include <string.h>

#include "viewer/base/span.h"
#include "viewer/check/rule.h"

enum {
	FDS = 128, /* of a set that a trace has */
	WORD_BITS = 64,
};

static const uint64_t LONG_NS = 1000000000;
static const enum call_id selects[] = {CALL_select, CALL_pselect, CALL_UNKNOWN};

/* Descriptors as bits. */
struct fds {
	uint64_t bits[FDS / WORD_BITS];
};

static bool has(const struct fds *fds, int fd)
{
	return fds->bits[fd / WORD_BITS] >> fd % WORD_BITS & 1;
}

/* Whether a list of the arguments ends in a descriptor that is not below nfds. Asked of every select: only of those of which it
 * is true all is read. */
static bool leaves_out(const struct event *e)
{
	const char *at = event_args(e), *end;
	int64_t nfds;

	if (!at || !event_arg_int(e, "nfds", &nfds))
		return false;
	for (end = at + e->args_len; (at = memchr(at, ']', end - at)); at++) {
		const char *digits = at;

		while (digits > e->line && digits[-1] >= '0' && digits[-1] <= '9')
			digits--;
		if (digits < at && strtol(digits, NULL, 10) >= nfds)
			return true;
	}
	return false;
}

/* "[3,5]" */
static void add_set(struct fds *fds, const char *set, int64_t from, int64_t to)
{
	while (set && (set = strpbrk(set, "0123456789"))) {
		char *end;
		long fd = strtol(set, &end, 10);

		if (fd >= from && fd < to && fd < FDS)
			fds->bits[fd / WORD_BITS] |= UINT64_C(1) << fd % WORD_BITS;
		set = end;
	}
}

/* What the sets hold of descriptors from `from` on and below `to`. */
static void add_sets(struct fds *fds, const struct event *e, int64_t from, int64_t to)
{
	add_set(fds, event_arg_text(e, "readfds"), from, to);
	add_set(fds, event_arg_text(e, "writefds"), from, to);
	add_set(fds, event_arg_text(e, "exceptfds"), from, to);
}

/* A set that could not be read, in a sandbox, may have held any. */
static bool has_unread_set(const struct event *e)
{
	static const char *const names[] = {"readfds", "writefds", "exceptfds"};
	uint32_t len;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (event_args(e) && !span_member(event_args(e), e->args_len, names[i], &len))
			return true;
	return false;
}

static bool has_limit(const struct event *e, bool *is_0)
{
	const char *limit = event_arg_text(e, "timeout");

	*is_0 = limit && !strpbrk(limit, "123456789");
	return limit && strpbrk(limit, "0123456789");
}

/* Who was killed while a time limit ran might have looked at it next. */
static bool waited(const struct event *e)
{
	bool is_0, limited = has_limit(e, &is_0);

	if (e->kind == EVENT_PENDING)
		return !e->abandoned && !limited;
	return (rule_succeeded(e) && e->ret == 0 && !(limited && is_0)) || e->dt_ns >= LONG_NS;
}

/* The highest descriptor of the call's sets that is left out, there and everywhere; -1: there is none. */
static int never_looked_at(const struct event *e, int64_t nfds, const struct fds *looked_at)
{
	struct fds left_out = {0};

	add_sets(&left_out, e, nfds, FDS);
	for (int fd = FDS - 1; fd >= 0; fd--)
		if (has(&left_out, fd) && !has(looked_at, fd))
			return fd;
	return -1;
}

static void accuse(struct inspection *in, const struct event *e, int nfds, int fd)
{
	const char *seen = nfds == 1 ? "0 alone" : rule_say(in, "0 to %d", nfds - 1);

	rule_report(
		in, GRADE_PROVED, e,
		rule_say(in, "nfds %d: %s looks at %s, and never at descriptor %d", nfds, event_call_name(e), seen, fd),
		rule_say(in, "nfds is the highest descriptor in the sets + 1, here %d.", fd + 1));
}

static void check_process(struct inspection *in, struct calls calls)
{
	struct fds looked_at = {0};
	int64_t nfds;

	for (size_t i = 0; i < calls.count; i++) {
		if (has_unread_set(calls.items[i]))
			return;
		if (event_arg_int(calls.items[i], "nfds", &nfds))
			add_sets(&looked_at, calls.items[i], 0, nfds);
	}
	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];
		int fd;

		if (!waited(e) || !leaves_out(e) || !event_arg_int(e, "nfds", &nfds) || nfds < 1)
			continue;
		fd = never_looked_at(e, nfds, &looked_at);
		if (fd >= 0)
			accuse(in, e, (int)nfds, fd);
	}
}

static void check(struct inspection *in)
{
	struct thread_calls all = rule_calls_by_thread(in, selects);

	for (size_t i = 0; i < in->t->procs.count; i++) {
		struct calls calls = rule_calls_by(all, in->t->procs.items[i]);
		bool any = false;

		for (size_t k = 0; k < calls.count && !any; k++)
			any = leaves_out(calls.items[k]);
		if (any && rule_saw_all(in, in->t->procs.items[i]))
			check_process(in, calls);
	}
}

const struct rule st039_nfds_too_low = {
	.id = "ST039-nfds-too-low",
	.title = "leaves a descriptor out of select's nfds",
	.grade = GRADE_PROVED,
	.check = check,
};
