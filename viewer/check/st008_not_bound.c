/* st008: listen on a socket that was not bound: the kernel chooses a port that nobody knows. */
#include "viewer/check/rule.h"

/* The last bind before, failed or not; NULL: there was none. */
static const struct event *bind_before(const struct event *listen)
{
	return rule_last(listen, CALL_bind);
}

static unsigned port_of(const struct sock *s)
{
	return s->local && (!s->bound || s->local != s->bound->addr) ? s->local->port : 0;
}

static void report_failed(struct inspection *in, const struct event *listen, const struct event *bind)
{
	unsigned port = port_of(listen->socket), wanted = bind->addr ? bind->addr->port : 0;
	const char *where = port ? rule_say(in, "%u", port) : "a random port";

	rule_report(in, GRADE_PROVED, listen,
		    rule_say(in, "listening on %s, not %u: bind gave %s", where, wanted, bind->err),
		    "Look at what bind returns: perror(\"bind\") and exit where it is -1.");
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_listen);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *bind;

		if (!rule_succeeded(e) || !rule_is_inet(e->socket) || !e->socket->made || e->socket->bound ||
		    !rule_saw_all(in, e->proc) || e->socket->listened != e)
			continue;
		bind = bind_before(e);
		if (bind && bind->err)
			report_failed(in, e, bind);
		else if (!bind && !rule_next(e, CALL_getsockname))
			rule_report(in, GRADE_PROBABLE, e, "listen without bind: on a port of the kernel's choice",
				    "Give the socket its address first: bind(listenfd, ...).");
	}
}

const struct rule st008_not_bound = {
	.id = "ST008-not-bound",
	.title = "listens though bind failed or is missing",
	.grade = GRADE_PROVED,
	.check = check,
};
