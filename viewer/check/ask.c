/* ask: what rules ask of a trace. */
#include <string.h>

#include "viewer/base/sort.h"
#include "viewer/check/rule.h"
#include "viewer/check/source.h"

const enum call_id rule_accepts[] = {CALL_accept, CALL_accept4, CALL_UNKNOWN};
const enum call_id rule_reads[] = {CALL_read,    CALL_readv,    CALL_recv,    CALL_recvfrom,
				   CALL_recvmsg, CALL_recvmmsg, CALL_preadv2, CALL_UNKNOWN};
const enum call_id rule_writes[] = {CALL_write,    CALL_writev,   CALL_send,     CALL_sendto,     CALL_sendmsg,
				    CALL_sendmmsg, CALL_pwritev2, CALL_sendfile, CALL_sendfile64, CALL_UNKNOWN};
const enum call_id rule_waits[] = {CALL_poll,       CALL_ppoll,       CALL_select,       CALL_pselect,
				   CALL_epoll_wait, CALL_epoll_pwait, CALL_epoll_pwait2, CALL_UNKNOWN};

struct calls rule_calls(const struct inspection *in, enum call_id call)
{
	return (struct calls){in->of[call].events.items, in->of[call].events.count};
}

static bool begins_before(const void *a, const void *b)
{
	return ((const struct event *)a)->t_ns < ((const struct event *)b)->t_ns;
}

unsigned rule_port(const struct sock *s)
{
	unsigned port = s->bound && s->bound->addr ? s->bound->addr->port : 0;

	return port || !s->local ? port : s->local->port;
}

/* The first of those sorted by port that has this one or a higher. */
static size_t first_from(const struct inspection *in, unsigned port)
{
	size_t low = 0, high = in->bound.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rule_port(in->bound.items[middle]) < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct socks rule_bound_to(const struct inspection *in, unsigned port)
{
	size_t first = first_from(in, port);

	return (struct socks){in->bound.items + first, first_from(in, port + 1) - first};
}

struct calls rule_keep(struct inspection *in, struct call_list *list)
{
	vec_push(&in->lists, *list);
	return (struct calls){list->events.items, list->events.count};
}

struct calls rule_calls_of(struct inspection *in, const enum call_id *ids)
{
	struct call_list all = {0};

	for (; *ids != CALL_UNKNOWN; ids++)
		for (size_t i = 0; i < in->of[*ids].events.count; i++)
			vec_push(&all.events, in->of[*ids].events.items[i]);
	sort_stable(all.events.items, all.events.count, begins_before);
	return rule_keep(in, &all);
}

bool rule_saw_all(const struct inspection *in, const struct process *p)
{
	return !p->lost && !in->t->warnings.count;
}

const char *rule_source(struct inspection *in, const struct event *e, int lines)
{
	return source_of_event(in->t, e, lines);
}

const struct event *rule_thread_next(struct calls calls, const struct event *after)
{
	size_t from = 0, to = calls.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (calls.items[middle]->t_ns < event_end_ns(after))
			from = middle + 1;
		else
			to = middle;
	}
	for (; from < calls.count; from++)
		if (calls.items[from] != after && calls.items[from]->proc == after->proc &&
		    calls.items[from]->tid == after->tid)
			return calls.items[from];
	return NULL;
}

const struct descriptor *rule_kept_open(const struct sock *s, const struct process *p)
{
	for (const struct descriptor *d = s->descriptors; d; d = d->next)
		if (d->proc == p && !d->closed)
			return d;
	return NULL;
}

const struct event *rule_next(const struct event *after, enum call_id call)
{
	const struct sock *s = after->socket;

	for (size_t i = 0; s && i < s->events.count; i++)
		if (s->events.items[i]->call == call && s->events.items[i]->t_ns > after->t_ns)
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
