/* ask: what rules ask of a trace. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/check/rule.h"
#include "viewer/check/source.h"

unsigned rule_port(const struct sock *s)
{
	unsigned port = s->bound && s->bound->addr ? s->bound->addr->port : 0;

	return port || !s->local ? port : s->local->port;
}

static uint64_t port_of(const void *sock)
{
	return rule_port(sock);
}

/* The first of those sorted by port that has this one or a higher. */
static size_t first_from(const struct inspection *in, unsigned port)
{
	return sort_below(in->bound.items, in->bound.count, port_of, port);
}

struct socks rule_bound_to(const struct inspection *in, unsigned port)
{
	size_t first = first_from(in, port);

	if (!in->bound.count)
		return (struct socks){NULL, 0};
	return (struct socks){in->bound.items + first, first_from(in, port + 1) - first};
}

bool rule_saw_all(const struct inspection *in, const struct process *p)
{
	return !p->lost && !in->t->warnings.count;
}

const char *rule_source(struct inspection *in, const struct event *e, int lines)
{
	return source_of_event(in->t, e, lines);
}

const struct descriptor *rule_kept_open(const struct sock *s, const struct process *p)
{
	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (d->proc == p && !d->closed)
			return d;
	return NULL;
}

bool rule_may_be_open(const struct sock *s, uint64_t at_ns)
{
	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (d->born_ns <= at_ns && (!descriptor_end_is_known(d) || d->gone_ns > at_ns))
			return true;
	return false;
}

static size_t first_behind(const struct sock *s, uint64_t t_ns)
{
	size_t from = 0, to = s->events.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (s->events.items[middle]->t_ns <= t_ns)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct event *rule_next(const struct event *after, enum call_id call)
{
	const struct sock *s = after->socket;

	for (size_t i = s ? first_behind(s, after->t_ns) : 0; s && i < s->events.count; i++)
		if (s->events.items[i]->call == call)
			return s->events.items[i];
	return NULL;
}

const struct event *rule_next_that(const struct event *after, bool (*is)(const struct event *))
{
	const struct sock *s = after->socket;

	for (size_t i = s ? first_behind(s, after->t_ns) : 0; s && i < s->events.count; i++)
		if (is(s->events.items[i]))
			return s->events.items[i];
	return NULL;
}

const struct event *rule_last(const struct event *before, enum call_id call)
{
	const struct sock *s = before->socket;
	const struct event *last = NULL;

	for (size_t i = 0; s && i < s->events.count && s->events.items[i]->t_ns < before->t_ns; i++)
		if (s->events.items[i]->call == call)
			last = s->events.items[i];
	return last;
}

bool rule_state_is(const struct event *e, enum sock_state state)
{
	return e->socket && e->t_ns && sock_state_at(e->socket, e->t_ns - 1) == state;
}

static bool has_flag(const struct event *e, const char *name, const char *flag)
{
	const char *flags = event_arg_text(e, name);

	return flags && strstr(flags, flag);
}

/* What a call on a socket, or the one that made it, leaves of that. */
static bool blocks_after(const struct event *e, bool before)
{
	int64_t on;

	switch (e->call) {
	case CALL_socket:
	case CALL_socketpair:
		return !has_flag(e, "type", "SOCK_NONBLOCK");
	case CALL_accept4:
		return !has_flag(e, "flags", "SOCK_NONBLOCK");
	case CALL_fcntl:
	case CALL_fcntl64:
		return rule_is(event_arg_text(e, "cmd"), "F_SETFL") ? !has_flag(e, "arg", "O_NONBLOCK") : before;
	case CALL_ioctl:
		return rule_is(event_arg_text(e, "request"), "FIONBIO") && event_arg_int(e, "argp", &on) ? !on : before;
	default:
		return before;
	}
}

bool rule_is_blocking(const struct event *e)
{
	const struct sock *s = e->socket;
	bool blocks = s && s->made;

	for (size_t i = 0; s && i < s->events.count && s->events.items[i]->t_ns < e->t_ns; i++)
		blocks = blocks_after(s->events.items[i], blocks);
	return blocks && !has_flag(e, "flags", "MSG_DONTWAIT");
}

int rule_port_in(const char *arg)
{
	const char *digits = arg + strlen(arg);
	struct in6_addr ignored;
	unsigned long port;

	while (digits > arg && digits[-1] >= '0' && digits[-1] <= '9')
		digits--;
	if (!*digits || (digits > arg && !strchr(":=,", digits[-1])) || inet_pton(AF_INET6, arg, &ignored) == 1)
		return -1;
	port = strtoul(digits, NULL, 10);
	return port <= UINT16_MAX ? (int)port : -1;
}

bool rule_is_port_argument(const struct process *p, unsigned port)
{
	for (size_t i = 1; i < p->argc; i++)
		if (rule_port_in(p->argv[i]) == (int)port)
			return true;
	return false;
}

bool rule_uses_port(struct inspection *in, const struct process *p, unsigned port)
{
	static const enum call_id ids[] = {CALL_bind, CALL_connect, CALL_sendto, CALL_sendmsg, CALL_UNKNOWN};
	struct calls calls = rule_calls_by(rule_calls_by_thread(in, ids), p);

	for (size_t i = 0; i < calls.count; i++)
		if (calls.items[i]->addr && calls.items[i]->addr->port == port)
			return true;
	return false;
}

bool rule_is_address_argument(const struct process *p, const char *address)
{
	size_t len = strlen(address);

	for (size_t i = 1; i < p->argc; i++)
		if (strncmp(p->argv[i], address, len) == 0 && (!p->argv[i][len] || p->argv[i][len] == ':'))
			return true;
	return false;
}

static bool was_looked_up(const struct inspection *in, const struct event *e)
{
	struct calls calls = rule_calls(in, CALL_getaddrinfo);

	for (size_t i = 0; i < calls.count && calls.items[i]->t_ns < e->t_ns; i++)
		if (calls.items[i]->proc == e->proc &&
		    memmem(calls.items[i]->line, calls.items[i]->line_len, e->addr->host, strlen(e->addr->host)))
			return true;
	return false;
}

bool rule_is_address_asked_for(const struct inspection *in, const struct event *e)
{
	return rule_is_address_argument(e->proc, e->addr->host) || was_looked_up(in, e);
}

bool rule_is(const char *text, const char *name)
{
	return text && strcmp(text, name) == 0;
}

bool rule_is_inet(const struct sock *s)
{
	return s && (rule_is(s->family, "AF_INET") || rule_is(s->family, "AF_INET6"));
}

bool rule_is_stream(const struct sock *s)
{
	return s && rule_is(s->type, "SOCK_STREAM");
}

bool rule_succeeded(const struct event *e)
{
	return e->kind == EVENT_CALL && !e->err;
}

/* A socket of ICMP has no ports. */
bool rule_is_udp(const struct sock *s)
{
	return rule_is_inet(s) && rule_is(s->type, "SOCK_DGRAM") &&
	       (!s->protocol || rule_is(s->protocol, "IPPROTO_UDP"));
}
