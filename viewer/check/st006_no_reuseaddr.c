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

/* When each process's last successful bind was, by its index: whoever goes on with another port did not need this one. */
static uint64_t *last_success(struct inspection *in)
{
	uint64_t *at_ns = arena_alloc(in->t->arena, (in->t->procs.count + 1) * sizeof *at_ns);
	struct calls calls = rule_calls(in, CALL_bind);

	for (size_t i = 0; i < calls.count; i++)
		if (rule_succeeded(calls.items[i]))
			at_ns[calls.items[i]->proc->index] = calls.items[i]->t_ns;
	return at_ns;
}

/* A live listener keeps the port whatever is set: then it is not TIME_WAIT. */
static const struct sock *find_holder(const struct inspection *in, const struct event *e)
{
	struct socks socks = rule_bound_to(in, e->addr->port);

	for (size_t i = 0; i < socks.count; i++) {
		const struct sock *s = socks.items[i];

		if (s != e->socket && rule_is(s->type, e->socket->type) && sock_next_holder(s, NULL, e->t_ns))
			return s;
	}
	return NULL;
}

/* Who tries again and again is told once. */
static bool is_again(const struct event *e, const struct event *before)
{
	return e->socket == before->socket && e->addr == before->addr && e->err && before->err;
}

static const char reuse[] = "Before bind: setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)).";

static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_bind);
	const uint64_t *success_ns = last_success(in);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!rule_is_inet(e->socket) || !rule_is_stream(e->socket) || !e->addr || !e->addr->port ||
		    (i && is_again(e, calls.items[i - 1])) || sets_reuse(e))
			continue;
		if (rule_is(e->err, "EADDRINUSE") && success_ns[e->proc->index] < e->t_ns && !find_holder(in, e))
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
