/* st026: talks on a non-blocking socket whose connect is still under way, or has failed, without having asked. */
#include "viewer/check/rule.h"

static bool asks_for_error(const struct event *e)
{
	return e->call == CALL_getpeername || e->call == CALL_connect ||
	       (e->call == CALL_getsockopt && rule_is(event_arg_text(e, "optname"), "SO_ERROR"));
}

/* The connect that is under way as far as the program has been told, if this is the first that it does with the socket since;
 * NULL: none is, or it has asked, or talked before. */
static const struct event *connect_unasked(const struct event *e)
{
	const struct sock *s = e->socket;
	const struct event *connect = NULL;

	for (size_t i = 0; i < s->events.count && s->events.items[i]->t_ns < e->t_ns; i++) {
		const struct event *before = s->events.items[i];

		if (before->call == CALL_connect && rule_is(before->err, "EINPROGRESS"))
			connect = before;
		else if (connect && (asks_for_error(before) || event_is_read(before) || event_is_write(before)))
			return NULL;
	}
	return connect;
}

static bool tells_of_connect(const char *err)
{
	static const char *const errs[] = {"ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"};

	for (size_t i = 0; i < sizeof errs / sizeof *errs; i++)
		if (rule_is(err, errs[i]))
			return true;
	return false;
}

/* The thread that talks, which may be another than the one that connected, came out of a wait in between. */
static bool has_waited(struct thread_calls waits, const struct event *connect, const struct event *talk)
{
	struct calls calls = rule_calls_by(waits, talk->proc);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if ((e->tid == talk->tid || e->tid == connect->tid) && e->t_ns < talk->t_ns &&
		    event_end_ns(e) > event_end_ns(connect))
			return true;
	}
	return false;
}

/* Whoever waited may look at what comes of the write as well: advice. */
static void check_call(struct inspection *in, struct thread_calls waits, const struct event *e)
{
	const struct event *connect;

	if (!tells_of_connect(e->err) || !e->socket || !rule_is_stream(e->socket))
		return;
	connect = connect_unasked(e);
	if (!connect || !rule_saw_all(in, e->proc))
		return;
	rule_report(
		in, has_waited(waits, connect, e) ? GRADE_ADVICE : GRADE_PROBABLE, e,
		rule_say(in, "%s on descriptor %d gave %s: connect was not asked", event_call_name(e), e->fd, e->err),
		"After EINPROGRESS: poll for POLLOUT, then getsockopt(SO_ERROR), then talk.");
}

static void check(struct inspection *in)
{
	struct thread_calls waits = rule_calls_by_thread(in, rule_waits);
	const enum call_id *const kinds[] = {rule_reads, rule_writes};

	for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
		struct calls calls = rule_calls_of(in, kinds[kind]);

		for (size_t i = 0; i < calls.count; i++)
			check_call(in, waits, calls.items[i]);
	}
}

const struct rule st026_connect_unchecked = {
	.id = "ST026-connect-unchecked",
	.title = "talks before it knows that connect succeeded",
	.grade = GRADE_PROBABLE,
	.check = check,
};
