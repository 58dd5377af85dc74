/* st009: a server on the loopback address that a client looked for at another. */
#include <string.h>

#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

static bool is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

/* An address that some socket of this trace had as its own, or that no other machine can have. */
static bool is_of_this_machine(const struct trace *t, const char *host)
{
	if (is_loopback(host))
		return true;
	for (size_t i = 0; i < t->socks.count; i++)
		if (t->socks.items[i]->local && rule_is(t->socks.items[i]->local->host, host))
			return true;
	return false;
}

static const struct sock *find_listener(const struct inspection *in, const struct event *connect)
{
	struct socks socks = rule_bound_to(in, connect->addr->port);

	for (size_t i = 0; i < socks.count; i++) {
		const struct sock *s = socks.items[i];
		const struct address *own = s->bound->addr;

		if (own && own->host && is_loopback(own->host) && !rule_is(own->host, connect->addr->host) &&
		    sock_state_at(s, connect->t_ns) == STATE_LISTENING && rule_is(s->boot, connect->proc->boot))
			return s;
	}
	return NULL;
}

/* One of several addresses that were tried in turn: ::1, then 127.0.0.1. */
static bool got_through(const struct trace *t, const struct event *refused)
{
	for (size_t i = 0; i < t->conns.count; i++) {
		const struct event *made = t->conns.items[i]->ends[SIDE_CLIENT].made;

		if (made && made != refused && made->proc == refused->proc && made->t_ns > refused->t_ns &&
		    made->addr && made->addr->port == refused->addr->port && t->conns.items[i]->outcome != CONN_REFUSED)
			return true;
	}
	return false;
}

static void check(struct inspection *in)
{
	const struct event *before = NULL;

	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct conn *c = in->t->conns.items[i];
		const struct event *connect = c->ends[SIDE_CLIENT].made;
		const struct sock *listener;
		struct finding *f;

		if (c->outcome != CONN_REFUSED || !connect || !connect->addr || !connect->addr->host ||
		    (before && before->proc == connect->proc && before->addr == connect->addr))
			continue;
		before = connect;
		listener = find_listener(in, connect);
		if (!listener || !is_of_this_machine(in->t, connect->addr->host) || got_through(in->t, connect))
			continue;
		f = rule_report(in, GRADE_ADVICE, listener->bound,
				rule_say(in, "bound to %s only: P%u tried %s, refused", listener->bound->addr->host,
					 connect->proc->index, words_address(in->t->arena, connect->addr)),
				"To be reached at every address: sin_addr.s_addr = htonl(INADDR_ANY).");
		f->conn = c;
	}
}

const struct rule st009_loopback_only = {
	.id = "ST009-loopback-only",
	.title = "serves loopback, clients try elsewhere",
	.grade = GRADE_ADVICE,
	.check = check,
};
