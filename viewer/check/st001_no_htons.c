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
static void blame(struct inspection *in, const struct event *connect, const struct sock *listener, bool reached)
{
	const struct event *bind = listener->bound;
	uint16_t tried = connect->addr->port, bound = swap(tried);
	bool told = rule_is_port_argument(connect->proc, tried), chosen = !bind->addr || !bind->addr->port;
	const char *where = words_site(in->t, connect);

	if (told && chosen)
		return;
	if (told)
		rule_report(in, GRADE_PROVED, bind,
			    rule_say(in, "bound to %u, which is %u with its bytes swapped", bound, tried),
			    cure(in, tried));
	else if (reached || chosen)
		rule_report(in, GRADE_PROVED, connect,
			    rule_say(in, "connect to %u, which is %u with its bytes swapped", tried, bound),
			    cure(in, bound));
	else
		rule_report(in, GRADE_PROVED, bind,
			    rule_say(in, "bound to %u, but P%u tried %u: the bytes are swapped", bound,
				     connect->proc->index, tried),
			    rule_say(in, "htons is missing here or at %s: sin_port = htons(port).",
				     where ? where : "the client's connect"));
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
			blame(in, connect, listener, is_reached(&reached, listener));
	}
	map_free(&reached);
}

static void check(struct inspection *in)
{
	check_arguments(in, CALL_bind, "bound to");
	check_arguments(in, CALL_connect, "connect to");
	check_arguments(in, CALL_sendto, "sent to");
	check_refused(in);
}

const struct rule st001_no_htons = {
	.id = "ST001-no-htons",
	.title = "gives a port without htons",
	.grade = GRADE_PROVED,
	.check = check,
};
