/* st030: a socket that is bound, or connected, when it is so already. */
#include "viewer/check/rule.h"

static const enum call_id calls_in_question[] = {CALL_bind, CALL_connect, CALL_UNKNOWN};

static bool is_unix(const struct sock *s)
{
	return s && rule_is(s->family, "AF_UNIX");
}

/* Of a Unix socket bind alone gives the name, and a name that is none is refused with EINVAL too. Datagram sockets may connect again
 * and again. */
static bool is_asked_about(const struct event *e)
{
	const struct sock *s = e->socket;

	if (!e->err || !s || !s->made || s->made->call == CALL_socketpair || !e->addr)
		return false;
	if (e->call == CALL_connect)
		return rule_is_stream(s) && (rule_is_inet(s) || is_unix(s));
	return (rule_is_inet(s) && (rule_is_stream(s) || rule_is_udp(s))) ||
	       (is_unix(s) && (e->addr->path || e->addr->abstract));
}

/* What gave the socket an address, or connected it. */
static bool does_it(const struct event *e, bool binds_unix)
{
	return rule_succeeded(e) &&
	       (e->call == CALL_bind || (!binds_unix && (e->call == CALL_listen || e->call == CALL_connect)));
}

/* The call that did it before: a bind, listen or connect that succeeded at once. NULL: none. A connect that was under way may
 * be called again, to ask what became of it. */
static const struct event *done_before(const struct event *e)
{
	const struct sock *s = e->socket;
	bool binds_unix = e->call == CALL_bind && is_unix(s);
	const struct event *done = NULL;

	for (size_t i = 0; i < s->events.count && s->events.items[i]->t_ns < e->t_ns; i++) {
		const struct event *before = s->events.items[i];

		if (e->call == CALL_connect && before->call == CALL_connect && before->err)
			return NULL;
		if (does_it(before, binds_unix))
			done = before;
		if (done && e->call == CALL_bind)
			break;
	}
	return done;
}

static void check_bind(struct inspection *in, const struct event *e, const struct event *done)
{
	if (!rule_is(e->err, "EINVAL"))
		return;
	rule_report(in, GRADE_PROVED, e,
		    rule_say(in, "bind gave EINVAL: %s has given the socket its address", event_call_name(done)),
		    "Call bind once, before listen or connect: in this order.");
}

static void check_connect(struct inspection *in, const struct event *e, const struct event *done)
{
	if (!rule_is(e->err, "EISCONN") || done->call == CALL_bind)
		return;
	if (done->call == CALL_listen)
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "connect gave EISCONN: descriptor %d is a listener", e->fd),
			    "A listener accepts. To connect, make another socket.");
	else
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "connect gave EISCONN: descriptor %d was connected before", e->fd),
			    "A socket connects once: close it, and make a new one for the next connection.");
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls_of(in, calls_in_question);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *done;

		if (!is_asked_about(e))
			continue;
		done = done_before(e);
		if (!done || !rule_saw_all(in, e->proc))
			continue;
		if (e->call == CALL_bind)
			check_bind(in, e, done);
		else
			check_connect(in, e, done);
	}
}

const struct rule st030_out_of_order = {
	.id = "ST030-out-of-order",
	.title = "binds or connects a socket a second time",
	.grade = GRADE_PROVED,
	.check = check,
};
