/* st006: a server whose port is taken by its own past connections, or will be. */
#include "viewer/check/rule.h"

/* TIME_WAIT on Linux. */
static const uint64_t TIME_WAIT_NS = UINT64_C(60000000000);

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

/* A live listener keeps the port whatever is set: then it is not TIME_WAIT. One that was killed may have lived. */
static const struct sock *find_holder(const struct inspection *in, const struct event *e)
{
	struct socks socks = rule_bound_to(in, e->addr->port);

	for (size_t i = 0; i < socks.count; i++) {
		const struct sock *s = socks.items[i];

		if (s != e->socket && rule_is(s->type, e->socket->type) && rule_may_be_open(s, e->t_ns))
			return s;
	}
	return NULL;
}

/* A port of a machine, and until when connections that began have it. */
struct held {
	const char *boot;
	unsigned port;
	uint64_t until_ns;
};

/* The connections that began so far, gone through by time. */
struct past {
	const struct trace *t;
	size_t next;
	struct map held;
};

static bool same_port(const void *value, const void *key)
{
	const struct held *a = value, *b = key;

	return a->port == b->port && a->boot == b->boot;
}

/* Its server's end has the port until it is closed, and if it was closed first, for TIME_WAIT more. */
static uint64_t held_until_ns(const struct conn *c)
{
	const struct end *server = &c->ends[SIDE_SERVER];
	const struct event *own = server->eof_sent, *others = server->eof_seen;

	if (!own)
		return UINT64_MAX;
	return c->reset || (others && others->t_ns < own->t_ns) ? own->t_ns : own->t_ns + TIME_WAIT_NS;
}

static void add_connection(struct past *past, const struct conn *c)
{
	const struct end *server = &c->ends[SIDE_SERVER];
	struct held key = {.until_ns = held_until_ns(c)}, *held;
	uint64_t hash;

	if (c->kind != CONN_STREAM || !server->addr || !server->sock)
		return;
	key.boot = server->sock->boot;
	key.port = server->addr->port;
	hash = hash_number((uintptr_t)key.boot, key.port);
	held = map_find(&past->held, hash, same_port, &key);
	if (!held) {
		held = arena_alloc(past->t->arena, sizeof *held);
		*held = key;
		map_add(&past->held, hash, held);
	}
	if (held->until_ns < key.until_ns)
		held->until_ns = key.until_ns;
}

/* Without such a connection the port may be somebody's who is not traced, and to ask for it a way to learn that. Asked in order of
 * time. */
static bool has_old_connection(struct past *past, const struct event *bind)
{
	struct held key = {.boot = bind->proc->boot, .port = bind->addr->port}, *held;

	while (past->next < past->t->conns.count && past->t->conns.items[past->next]->begun_ns < bind->t_ns)
		add_connection(past, past->t->conns.items[past->next++]);
	held = map_find(&past->held, hash_number((uintptr_t)key.boot, key.port), same_port, &key);
	return held && held->until_ns > bind->t_ns;
}

/* Who tries again and again is told once. */
static bool is_again(const struct event *e, const struct event *before)
{
	return e->socket == before->socket && e->addr == before->addr && e->err && before->err;
}

static const char reuse[] = "Before bind: setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)).";

static void report_taken(struct inspection *in, struct past *past, const struct event *e)
{
	const struct sock *holder = find_holder(in, e);
	unsigned port = e->addr->port;

	if (holder && sock_is_held(holder, e->t_ns))
		return;
	if (!holder && has_old_connection(past, e))
		rule_report(in, GRADE_PROBABLE, e,
			    rule_say(in, "port %u: EADDRINUSE, an old connection may be in TIME_WAIT", port), reuse);
	else
		rule_report(in, GRADE_ADVICE, e,
			    rule_say(in, "port %u: EADDRINUSE, by a running server or an old connection", port), reuse);
}

static void check(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_bind);
	const uint64_t *success_ns = last_success(in);
	struct past past = {.t = in->t};

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!rule_is_inet(e->socket) || !rule_is_stream(e->socket) || !e->addr || !e->addr->port ||
		    (i && is_again(e, calls.items[i - 1])) || sets_reuse(e))
			continue;
		if (rule_is(e->err, "EADDRINUSE") && success_ns[e->proc->index] < e->t_ns)
			report_taken(in, &past, e);
		else if (rule_succeeded(e) && rule_next(e, CALL_listen))
			rule_report(
				in, GRADE_ADVICE, e,
				rule_say(in, "port %u bound without SO_REUSEADDR: a restart may fail", e->addr->port),
				reuse);
	}
	map_free(&past.held);
}

const struct rule st006_no_reuseaddr = {
	.id = "ST006-no-reuseaddr",
	.title = "binds a port without SO_REUSEADDR",
	.grade = GRADE_PROBABLE,
	.check = check,
};
