/* st009: a server on the loopback address that a client looked for at another. */
#include <string.h>

#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

static bool is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

static bool same_host(const void *value, const void *key)
{
	return strcmp(value, key) == 0;
}

/* An address that some socket of this trace had as its own, or that no other machine can have. */
static bool is_of_this_machine(const struct map *hosts, const char *host)
{
	return is_loopback(host) || map_find(hosts, hash_string(0, host), same_host, host);
}

/* The addresses that sockets of this trace had. */
static void find_hosts(const struct trace *t, struct map *hosts)
{
	for (size_t i = 0; i < t->socks.count; i++) {
		const struct address *local = t->socks.items[i]->local;

		if (local && local->host && !is_of_this_machine(hosts, local->host))
			map_add(hosts, hash_string(0, local->host), (void *)local->host);
	}
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
static bool got_through(struct inspection *in, const struct event *refused)
{
	static const enum call_id ids[] = {CALL_connect, CALL_UNKNOWN};
	struct calls calls = rule_calls_by(rule_calls_by_thread(in, ids), refused->proc);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (e->conn && e->conn->ends[SIDE_CLIENT].made == e && e->t_ns > refused->t_ns && e->addr &&
		    e->addr->port == refused->addr->port && e->conn->outcome != CONN_REFUSED)
			return true;
	}
	return false;
}

static void check(struct inspection *in)
{
	const struct event *before = NULL;
	struct map hosts = {0};

	find_hosts(in->t, &hosts);
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
		if (!listener || !is_of_this_machine(&hosts, connect->addr->host) || got_through(in, connect))
			continue;
		f = rule_report(in, GRADE_ADVICE, listener->bound,
				rule_say(in, "bound to %s only: P%u tried %s, refused", listener->bound->addr->host,
					 connect->proc->index, words_address(in->t->arena, connect->addr)),
				"To be reached at every address: sin_addr.s_addr = htonl(INADDR_ANY).");
		f->conn = c;
	}
	map_free(&hosts);
}

const struct rule st009_loopback_only = {
	.id = "ST009-loopback-only",
	.title = "serves loopback, clients try elsewhere",
	.grade = GRADE_ADVICE,
	.check = check,
};
