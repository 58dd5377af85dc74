/* st001: a port number whose two bytes are in the host's order. */
#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

enum {
	LEAST = 256,    /* n * 256 is what any small number is when swapped: chance would find those everywhere */
	SCAN_PORTS = 3, /* who is refused at so many other ports is looking for one */
};

static uint16_t swap(uint16_t port)
{
	return (uint16_t)(port << 8 | port >> 8);
}

/* The argument says which port was meant, and that one is not used. */
static bool belies(struct inspection *in, const struct event *e)
{
	uint16_t port = e->addr ? e->addr->port : 0;

	return port && swap(port) != port && swap(port) >= LEAST && rule_is_port_argument(e->proc, swap(port)) &&
	       !rule_is_port_argument(e->proc, port) && !rule_uses_port(in, e->proc, swap(port));
}

/* Who tries again and again is told once. */
static bool is_again(const struct event *e, const struct event *before)
{
	return e->proc == before->proc && e->addr && e->addr == before->addr;
}

static const char *cure(struct inspection *in, uint16_t port)
{
	return rule_say(in, "Ports go in network byte order: sin_port = htons(%u).", port);
}

static void check_arguments(struct inspection *in, enum call_id call, const char *done)
{
	struct calls calls = rule_calls(in, call);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i];

		if (i && is_again(e, calls.items[i - 1]))
			continue;
		if (belies(in, e))
			rule_report(in, GRADE_PROVED, e,
				    rule_say(in, "%s %u, which is %u with its bytes swapped", done, e->addr->port,
					     swap(e->addr->port)),
				    cure(in, swap(e->addr->port)));
	}
}

static bool listens(const struct sock *s, uint64_t at_ns)
{
	return s->listener && sock_state_at(s, at_ns) == STATE_LISTENING;
}

static const struct sock *find_listener(const struct inspection *in, uint16_t port, uint64_t at_ns)
{
	struct socks socks = rule_bound_to(in, port);

	for (size_t i = 0; i < socks.count; i++)
		if (listens(socks.items[i], at_ns))
			return socks.items[i];
	return NULL;
}

static bool is_it(const void *value, const void *key)
{
	return value == key;
}

static bool is_reached(const struct map *reached, const struct sock *listener)
{
	return map_find(reached, hash_number(0, (uintptr_t)listener), is_it, listener);
}

/* The listeners that somebody got through to. */
static void find_reached(const struct trace *t, struct map *reached)
{
	for (size_t i = 0; i < t->conns.count; i++) {
		struct sock *listener = t->conns.items[i]->listener;

		if (listener && t->conns.items[i]->outcome != CONN_REFUSED && !is_reached(reached, listener))
			map_add(reached, hash_number(0, (uintptr_t)listener), listener);
	}
}

/* One of the two lacks htons. Where the kernel chose the port, it is the client; where the client was told the port, the server;
 * where others get through, the client. */
static void blame(struct inspection *in, enum grade grade, const struct event *connect, const struct sock *listener,
		  bool reached)
{
	const struct event *bind = listener->bound;
	uint16_t tried = connect->addr->port, bound = swap(tried);
	bool told = rule_is_port_argument(connect->proc, tried), chosen = !bind->addr || !bind->addr->port;
	const char *where = words_site(in->t, connect), *call = event_call_name(connect);

	if (told && chosen)
		return;
	if (told)
		rule_report(in, grade, bind,
			    rule_say(in, "bound to %u, which is %u with its bytes swapped", bound, tried),
			    cure(in, tried));
	else if (reached || chosen)
		rule_report(in, grade, connect,
			    rule_say(in, "%s to %u, which is %u with its bytes swapped", call, tried, bound),
			    cure(in, bound));
	else
		rule_report(in, grade, bind,
			    rule_say(in, "bound to %u, but P%u tried %u: the bytes are swapped", bound,
				     connect->proc->index, tried),
			    rule_say(in, "htons is missing here or at %s: sin_port = htons(port).",
				     where ? where : rule_say(in, "the client's %s", call)));
}

/* A scanner is refused everywhere. */
static bool is_scan(struct inspection *in, const struct event *refused)
{
	static const enum call_id ids[] = {CALL_connect, CALL_UNKNOWN};
	struct calls calls = rule_calls_by(rule_calls_by_thread(in, ids), refused->proc);
	unsigned others = 0;

	for (size_t i = 0; i < calls.count && others < SCAN_PORTS; i++) {
		const struct event *e = calls.items[i];

		others += e->conn && e->conn->ends[SIDE_CLIENT].made == e && e->addr &&
			  e->addr->port != refused->addr->port && e->conn->outcome == CONN_REFUSED;
	}
	return others >= SCAN_PORTS;
}

static void check_refused(struct inspection *in)
{
	const struct event *before = NULL;
	struct map reached = {0};

	find_reached(in->t, &reached);
	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct conn *c = in->t->conns.items[i];
		const struct event *connect = c->ends[SIDE_CLIENT].made;
		const struct sock *listener;

		if (c->outcome != CONN_REFUSED || !connect || !connect->addr ||
		    swap(connect->addr->port) == connect->addr->port || (before && is_again(connect, before)))
			continue;
		before = connect;
		if (belies(in, connect))
			continue;
		listener = find_listener(in, swap(connect->addr->port), connect->t_ns);
		if (listener && !belies(in, listener->bound) && !is_scan(in, connect))
			blame(in, GRADE_PROVED, connect, listener, is_reached(&reached, listener));
	}
	map_free(&reached);
}

/* The first that a socket sent to a port where no traced one is; NULL: somebody is there, or has answered. */
static const struct event *unanswered(const struct conn *c)
{
	const struct end *client = &c->ends[SIDE_CLIENT];
	const struct event *first = client->made;

	if (c->kind != CONN_DATAGRAM || !rule_is_udp(client->sock) || c->ends[SIDE_SERVER].sock || client->read)
		return NULL;
	return first && first->addr && first->addr->port ? first : NULL;
}

static bool was_refused(const struct conn *c)
{
	for (size_t i = 0; i < c->events.count; i++)
		if (rule_is(c->events.items[i]->err, "ECONNREFUSED"))
			return true;
	return false;
}

static const struct sock *find_receiver(const struct inspection *in, uint16_t port, const struct event *sent)
{
	struct socks socks = rule_bound_to(in, port);

	for (size_t i = 0; i < socks.count; i++) {
		const struct sock *s = socks.items[i];

		if (rule_is_udp(s) && rule_is(s->boot, sent->proc->boot) && sock_is_held(s, sent->t_ns))
			return s;
	}
	return NULL;
}

static bool sends_to_many(struct inspection *in, const struct event *sent)
{
	static const enum call_id ids[] = {CALL_connect, CALL_sendto, CALL_sendmsg, CALL_UNKNOWN};
	struct calls calls = rule_calls_by(rule_calls_by_thread(in, ids), sent->proc);
	unsigned others = 0;

	for (size_t i = 0; i < calls.count && others < SCAN_PORTS; i++) {
		const struct event *e = calls.items[i];

		others += e->addr && e->addr->port && e->addr->port != sent->addr->port && rule_is_udp(e->socket);
	}
	return others >= SCAN_PORTS;
}

/* A datagram to nobody is refused only where its socket is connected; else that a server waits at the port with its bytes swapped, and
 * chose that, makes it probable. */
static void check_datagrams(struct inspection *in)
{
	for (size_t i = 0; i < in->t->conns.count; i++) {
		const struct event *sent = unanswered(in->t->conns.items[i]);
		const struct sock *receiver;
		bool refused;

		if (!sent || swap(sent->addr->port) == sent->addr->port || belies(in, sent))
			continue;
		receiver = find_receiver(in, swap(sent->addr->port), sent);
		refused = receiver && was_refused(in->t->conns.items[i]);
		if (!receiver || belies(in, receiver->bound) || sends_to_many(in, sent))
			continue;
		if (refused || (receiver->bound->addr && receiver->bound->addr->port))
			blame(in, refused ? GRADE_PROVED : GRADE_PROBABLE, sent, receiver, receiver->serves);
	}
}

static void check(struct inspection *in)
{
	check_arguments(in, CALL_bind, "bound to");
	check_arguments(in, CALL_connect, "connect to");
	check_arguments(in, CALL_sendto, "sent to");
	check_refused(in);
	check_datagrams(in);
}

const struct rule st001_no_htons = {
	.id = "ST001-no-htons",
	.title = "gives a port without htons",
	.grade = GRADE_PROVED,
	.check = check,
};
