/* st006: a server whose port is taken by its own past connections, or will be. */
#include "viewer/check/rule.h"

static bool sets_reuse(const struct event *bind)
{
	for (size_t i = 0; i < bind->socket->events.count; i++) {
		const struct event *e = bind->socket->events.items[i];
		const char *option;

		if (e->t_ns >= bind->t_ns)
			break;
		option = e->call == CALL_setsockopt ? event_arg_text(e, "optname") : NULL;
		if (rule_is(option, "SO_REUSEADDR") || rule_is(option, "SO_REUSEPORT"))
			return true;
	}
	return false;
}

/* Whoever goes on with another port did not need this one. */
static bool found_another(const struct inspection *in, const struct event *failed)
{
	struct calls calls = rule_calls(in, CALL_bind);

	for (size_t i = 0; i < calls.count; i++)
		if (calls.items[i]->proc == failed->proc && calls.items[i]->t_ns > failed->t_ns &&
		    rule_succeeded(calls.items[i]))
			return true;
	return false;
}

/* A live listener keeps the port whatever is set: then it is not TIME_WAIT. */
static const struct sock *find_holder(const struct inspection *in, const struct event *e)
{
	struct socks socks = rule_bound_socks(in);

	for (size_t i = 0; i < socks.count; i++) {
		const struct sock *s = socks.items[i];

		if (s != e->socket && s->bound->addr && s->bound->addr->port == e->addr->port &&
		    rule_is(s->type, e->socket->type) && sock_next_holder(s, NULL, e->t_ns))
			return s;
	}
	return NULL;
}

static const char reuse[] = "Before bind: setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)).";

static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_bind);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!rule_is_inet(e->socket) || !rule_is_stream(e->socket) || !e->addr || !e->addr->port ||
		    sets_reuse(e))
			continue;
		if (rule_is(e->err, "EADDRINUSE") && !find_holder(in, e) && !found_another(in, e))
			rule_report(in, GRADE_PROBABLE, e,
				    rule_say(in, "port %u: EADDRINUSE, an old connection may be in TIME_WAIT",
					     e->addr->port),
				    reuse);
		else if (rule_succeeded(e) && rule_next(e, CALL_listen))
			rule_report(
				in, GRADE_ADVICE, e,
				rule_say(in, "port %u bound without SO_REUSEADDR: a restart may fail", e->addr->port),
				reuse);
	}
}

const struct rule st006_no_reuseaddr = {
	.id = "ST006-no-reuseaddr",
	.title = "binds a port without SO_REUSEADDR",
	.grade = GRADE_PROBABLE,
	.check = check,
};
