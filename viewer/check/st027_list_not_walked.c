/* st027: a client that gives up at the first of several addresses, though a server listens at another. */
#include <stdio.h>
#include <string.h>

#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

static const enum call_id lookups[] = {CALL_getaddrinfo, CALL_UNKNOWN}, connects[] = {CALL_connect, CALL_UNKNOWN};

static bool has_found(const struct event *lookup, const char *host)
{
	char wanted[128];

	snprintf(wanted, sizeof wanted, "\"addr\":\"%s\"", host);
	return memmem(lookup->line, lookup->line_len, wanted, strlen(wanted)) != NULL;
}

/* The thread's last look-up before that found this address. */
static const struct event *lookup_of(struct thread_calls all, const struct event *connect)
{
	struct calls calls = rule_calls_by(all, connect->proc);

	for (size_t i = calls.count; i-- > 0;) {
		const struct event *e = calls.items[i];

		if (e->tid == connect->tid && event_end_ns(e) <= connect->t_ns && rule_succeeded(e))
			return has_found(e, connect->addr->host) ? e : NULL;
	}
	return NULL;
}

/* The process goes on to no other connect, and ends by its own will. */
static bool gives_up(struct thread_calls all, const struct event *connect)
{
	struct calls calls = rule_calls_by(all, connect->proc);

	for (size_t i = 0; i < calls.count; i++)
		if (calls.items[i]->t_ns > connect->t_ns)
			return false;
	return connect->proc->ending == END_EXIT;
}

/* The process has connected to that address and port, be it before: then it was not missed. */
static bool was_tried(struct thread_calls all, const struct event *connect, const char *host)
{
	struct calls calls = rule_calls_by(all, connect->proc);

	for (size_t i = 0; i < calls.count; i++) {
		const struct address *a = calls.items[i]->addr;

		if (a && a->host && a->port == connect->addr->port && strcmp(a->host, host) == 0)
			return true;
	}
	return false;
}

/* A listener at that port, at another address that was found. */
static const struct sock *missed(const struct inspection *in, struct thread_calls tried, const struct event *lookup,
				 const struct event *connect)
{
	struct socks socks = rule_bound_to(in, connect->addr->port);

	for (size_t i = 0; i < socks.count; i++) {
		const struct sock *s = socks.items[i];
		const struct address *own = s->bound->addr && s->bound->addr->port ? s->bound->addr : s->local;

		if (own && own->host && rule_is_stream(s) && strcmp(own->host, connect->addr->host) != 0 &&
		    has_found(lookup, own->host) && sock_state_at(s, connect->t_ns) == STATE_LISTENING &&
		    rule_is(s->boot, connect->proc->boot) && !was_tried(tried, connect, own->host))
			return s;
	}
	return NULL;
}

static void check(struct inspection *in)
{
	struct thread_calls found = rule_calls_by_thread(in, lookups), tried = rule_calls_by_thread(in, connects);
	struct calls calls = rule_calls_of(in, connects);

	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *lookup;
		const struct sock *listener;

		if (!e->err || rule_is(e->err, "EINPROGRESS") || !e->addr || !e->addr->host ||
		    !rule_is_stream(e->socket))
			continue;
		lookup = lookup_of(found, e);
		listener = lookup ? missed(in, tried, lookup, e) : NULL;
		if (!listener || !gives_up(tried, e) || !rule_saw_all(in, e->proc))
			continue;
		rule_report(in, GRADE_PROVED, e,
			    rule_say(in, "%s: %s, and %s was never tried", words_address(in->t->arena, e->addr), e->err,
				     listener->bound->addr->host),
			    "Try each address of the list until one connects: p = p->ai_next.");
	}
}

const struct rule st027_list_not_walked = {
	.id = "ST027-list-not-walked",
	.title = "tries only the first address of several",
	.grade = GRADE_PROVED,
	.check = check,
};
