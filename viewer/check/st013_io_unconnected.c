/* st013: reads or writes on a socket that is not connected: before connect, or though it failed. */
#include "viewer/check/rule.h"
#include "viewer/check/transfer.h"

/* A connect to AF_UNSPEC connects nothing: that is st005's. */
static bool had_no_family(const struct event *connect)
{
	return connect && connect->addr && rule_is(connect->addr->family, "AF_UNSPEC");
}

/* A first write may connect as well: MSG_FASTOPEN. */
static bool has_talked(const struct event *until)
{
	const struct sock *s = until->socket;

	for (size_t i = 0; i < s->events.count && s->events.items[i]->t_ns < until->t_ns; i++) {
		const struct event *e = s->events.items[i];

		if ((event_is_read(e) || event_is_write(e)) && (e->ret > 0 || rule_is(e->err, "EINPROGRESS")))
			return true;
	}
	return false;
}

static const char *why(struct inspection *in, const struct event *connect)
{
	if (!connect)
		return "there was no connect";
	return rule_is(connect->err, "EINPROGRESS") ? "connect failed" : rule_say(in, "connect gave %s", connect->err);
}

/* Whether that socket was connected in no way up to then. */
static bool is_accused(const struct inspection *in, const struct event *e)
{
	const struct event *connect = rule_last(e, CALL_connect);

	if (!e->socket->made || had_no_family(connect) || !rule_saw_all(in, e->proc))
		return false;
	return !(connect && !connect->err) && !has_talked(e);
}

static void accuse(struct inspection *in, const struct event *e)
{
	const struct event *connect = rule_last(e, CALL_connect);

	rule_report(in, GRADE_PROVED, e,
		    rule_say(in, "descriptor %d: %s, for %s", e->fd, transfer_outcome(in, e), why(in, connect)),
		    connect ? "Look at what connect returns, and stop where it is -1."
			    : "Connect the socket first: connect(clientfd, ...).");
}

/* A program may go on and on: what was found of a socket is not looked up again for the same call. */
static void check(struct inspection *in)
{
	struct calls calls = transfer_refused(in);
	const struct event *before = NULL;

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!rule_state_is(e, STATE_UNCONNECTED) && !rule_state_is(e, STATE_BOUND))
			continue;
		if (before && before->socket == e->socket && before->call == e->call && before->pc == e->pc)
			continue;
		before = e;
		if (is_accused(in, e))
			accuse(in, e);
	}
}

const struct rule st013_io_unconnected = {
	.id = "ST013-io-unconnected",
	.title = "talks on an unconnected socket",
	.grade = GRADE_PROVED,
	.check = check,
};
