/* st022: reads on and on, where read said that the end is there, or that nothing is there yet. */
#include "viewer/check/rule.h"

enum { FEW_ENDS = 3, MANY_ENDS = 10, MANY_EMPTY = 300, BUSY_NS = 100000, LONG_NS = 100000000 };

/* Reads of one socket by one thread, one after the other with nothing else between, all with the same result. */
struct run {
	const struct event *first, *last;
	unsigned count;
	bool is_eof;
};

/* So often that nothing waits. Who was stopped meanwhile might have been about to. */
static bool is_busy(const struct run *r, const struct event *next)
{
	uint64_t took_ns = r->count ? r->last->t_ns - r->first->t_ns : 0;

	return !r->is_eof && r->count >= MANY_EMPTY && took_ns / r->count < BUSY_NS && (next || took_ns >= LONG_NS);
}

/* Whether a wait comes behind the run and before what is done with the socket next (NULL: nothing is). */
static bool ends_in_wait(struct thread_calls waits, const struct run *r, const struct event *next)
{
	const struct event *wait = rule_thread_next(waits, r->last);

	return wait && (!next || wait->t_ns < next->t_ns);
}

static void report_ends(struct inspection *in, const struct run *r)
{
	if (r->is_eof && r->count >= FEW_ENDS)
		rule_report(in, r->count >= MANY_ENDS ? GRADE_PROVED : GRADE_PROBABLE, r->first,
			    rule_say(in, "%s returned 0, the end, %u times, and was called again",
				     event_call_name(r->first), r->count),
			    "0 means that the other end has closed: leave the loop, close the descriptor.");
}

static void report_busy(struct inspection *in, const struct run *r)
{
	if (r->count)
		rule_report(in, GRADE_PROBABLE, r->first,
			    rule_say(in, "%s gave EAGAIN %u times in a row, without a poll between",
				     event_call_name(r->first), r->count),
			    "Wait in poll, select or epoll_wait until the descriptor is ready.");
}

static bool goes_on(const struct run *r, const struct event *e, bool is_eof)
{
	return r->count && r->is_eof == is_eof && r->last->proc == e->proc && r->last->tid == e->tid;
}

/* The busy runs of a socket: of a program that only tries for a while before it waits none is a mistake. */
struct busy {
	struct run first;
	bool waits;
};

static void end_run(struct inspection *in, struct thread_calls waits, struct run *r, const struct event *next,
		    struct busy *busy)
{
	report_ends(in, r);
	if (is_busy(r, next)) {
		busy->waits |= ends_in_wait(waits, r, next);
		if (!busy->first.count)
			busy->first = *r;
	}
	r->count = 0;
}

static void check_socket(struct inspection *in, struct thread_calls waits, const struct sock *s)
{
	struct busy busy = {.waits = false};
	struct run r = {0};

	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];
		bool is_eof = event_is_eof(e);
		bool is_empty = (event_is_read(e) || event_is_accept(e)) && rule_is(e->err, "EAGAIN");

		if (event_is_write(e) && e->kind == EVENT_CALL && e->ret == 0)
			continue; /* what was read, the end, written on */
		if (!goes_on(&r, e, is_eof) || (!is_eof && !is_empty))
			end_run(in, waits, &r, e, &busy);
		if (!is_eof && !is_empty)
			continue;
		if (!r.count)
			r = (struct run){.first = e, .is_eof = is_eof};
		r.last = e;
		r.count++;
	}
	end_run(in, waits, &r, NULL, &busy);
	if (!busy.waits)
		report_busy(in, &busy.first);
}

static void check(struct inspection *in)
{
	struct thread_calls waits = rule_calls_by_thread(in, rule_waits);

	for (size_t i = 0; i < in->t->socks.count; i++)
		if (rule_is_stream(in->t->socks.items[i]) && in->t->socks.items[i]->events.count >= FEW_ENDS)
			check_socket(in, waits, in->t->socks.items[i]);
}

const struct rule st022_end_ignored = {
	.id = "ST022-end-ignored",
	.title = "reads on after the end, or without waiting",
	.grade = GRADE_PROVED,
	.check = check,
};
