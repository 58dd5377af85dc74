/* st038: port 0 where a port was meant: what htonl leaves of one, and atoi of what is no number. */
#include "viewer/check/rule.h"

enum {
	LEAST = 1024, /* a lower number in a command line is more likely a count */
	PORTS = UINT16_MAX + 1,
	SCAN_PORTS = 3, /* who tries so many others does not mean one */
};

static const char cure[] = "Store htons(port): htonl leaves 0 of it, as atoi does of what is no number.";

static bool has_port_0(const struct event *e)
{
	return e->addr && e->addr->host && !e->addr->is_short && !e->addr->port && rule_is_inet(e->socket);
}

/* Whoever is told to use port 0 does as he is told. */
static bool is_accused(const struct event *e)
{
	return has_port_0(e) && !rule_is_port_argument(e->proc, 0);
}

/* Others too, or it was killed right behind its first and might have been about to. */
static bool tries_many(struct inspection *in, const struct process *p)
{
	static const enum call_id ids[] = {CALL_connect, CALL_sendto, CALL_sendmsg, CALL_UNKNOWN};
	struct calls calls = rule_calls_by(rule_calls_by_thread(in, ids), p);
	unsigned others = 0, last = 0;

	for (size_t i = 0; i < calls.count && others < SCAN_PORTS; i++) {
		const struct address *a = calls.items[i]->addr;

		others += a && a->port && a->port != last;
		last = a && a->port ? a->port : last;
	}
	if (p->ending == END_UNKNOWN || p->ending == END_SIGNAL)
		return others || calls.count < 2;
	return others >= SCAN_PORTS;
}

static bool uses_peer(const struct event *e)
{
	return e->call == CALL_connect || event_is_write(e);
}

/* That a socket is connected to no port may serve to learn its own address. What it then sends nobody gets. */
static bool is_sent_to(const struct event *connect)
{
	const struct event *next = rule_next_that(connect, uses_peer);

	return next && event_is_write(next) && !next->addr;
}

static void check_connects(struct inspection *in)
{
	struct calls calls = rule_calls(in, CALL_connect);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (!is_accused(e) || tries_many(in, e->proc))
			continue;
		if (rule_is_stream(e->socket) && e->err)
			rule_report(in, GRADE_PROVED, e,
				    rule_say(in, "connect to port 0 gave %s: nobody can have that port", e->err), cure);
		else if (rule_is_udp(e->socket) && rule_succeeded(e) && is_sent_to(e))
			rule_report(in, GRADE_PROVED, e, "sends to port 0: nobody can have that port", cure);
	}
}

static void check_datagrams(struct inspection *in)
{
	static const enum call_id ids[] = {CALL_sendto, CALL_sendmsg, CALL_UNKNOWN};
	struct calls calls = rule_calls_of(in, ids);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (is_accused(e) && rule_is_udp(e->socket) && rule_is(e->err, "EINVAL") && !tries_many(in, e->proc))
			rule_report(
				in, GRADE_PROVED, e,
				rule_say(in, "%s to port 0 gave EINVAL: nobody can have that port", event_call_name(e)),
				cure);
	}
}

/* As far as is known nobody has found out which port it is. */
static bool is_unknown(const struct sock *s)
{
	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];

		if (e->call == CALL_getsockname || (event_is_accept(e) && rule_succeeded(e)))
			return false;
	}
	return true;
}

/* The ports at which clients were refused that had been told them. */
static const bool *find_refused(struct inspection *in)
{
	bool *refused = arena_alloc(in->t->arena, PORTS * sizeof *refused);

	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct conn *c = in->t->conns.items[i];
		const struct event *connect = c->ends[SIDE_CLIENT].made;

		if (c->outcome == CONN_REFUSED && connect && connect->addr && !refused[connect->addr->port])
			refused[connect->addr->port] = rule_is_port_argument(connect->proc, connect->addr->port);
	}
	return refused;
}

/* The port that the process was told: where clients were refused, else the only number that can be one; 0: none is sure. */
static unsigned told_port(const struct process *p, const bool *refused)
{
	unsigned only = 0;
	bool several = false;

	for (size_t i = 1; i < p->argc; i++) {
		int port = rule_port_in(p->argv[i]);

		if (port > 0 && refused[port])
			return port;
		if (port < LEAST)
			continue;
		several |= only && only != (unsigned)port;
		only = port;
	}
	return several ? 0 : only;
}

/* The port is in use after all: by another socket of the program, or of the one that it is a part of. */
static bool is_used(struct inspection *in, const struct process *p, unsigned port)
{
	for (; p; p = p->parent)
		if (rule_uses_port(in, p, port))
			return true;
	return false;
}

static void report_bind(struct inspection *in, const bool *refused, const struct event *bind)
{
	unsigned port = told_port(bind->proc, refused);

	if (port && !is_used(in, bind->proc, port))
		rule_report(in, GRADE_PROBABLE, bind,
			    rule_say(in, "bound to port 0, not %u: on a port of the kernel's choice", port), cure);
}

/* A server may want any port, but then it asks which. */
static void check_listeners(struct inspection *in, const bool *refused)
{
	struct calls calls = rule_calls(in, CALL_listen);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *bind = e->socket ? e->socket->bound : NULL;

		if (bind && rule_succeeded(e) && e->socket->listened == e && is_accused(bind) &&
		    is_unknown(e->socket) && rule_saw_all(in, e->proc))
			report_bind(in, refused, bind);
	}
}

/* It only reads, and nothing comes: who sends first tells with that where it is. */
static bool waits_in_vain(const struct sock *s)
{
	bool reads = false;

	for (size_t i = 0; i < s->events.count; i++) {
		const struct event *e = s->events.items[i];

		if (uses_peer(e) || (event_is_read(e) && e->ret > 0 && !e->err))
			return false;
		reads |= event_is_read(e);
	}
	return reads;
}

static void check_receivers(struct inspection *in, const bool *refused)
{
	struct calls calls = rule_calls(in, CALL_bind);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (rule_succeeded(e) && rule_is_udp(e->socket) && is_accused(e) && is_unknown(e->socket) &&
		    waits_in_vain(e->socket) && rule_saw_all(in, e->proc))
			report_bind(in, refused, e);
	}
}

static void check(struct inspection *in)
{
	const bool *refused = find_refused(in);

	check_connects(in);
	check_datagrams(in);
	check_listeners(in, refused);
	check_receivers(in, refused);
}

const struct rule st038_port_0 = {
	.id = "ST038-port-0",
	.title = "uses port 0 where a port was meant",
	.grade = GRADE_PROVED,
	.check = check,
};
