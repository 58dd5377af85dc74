/* st025: a loop that waits for many descriptors, held up by a call that waits for one. */
#include <stdio.h>
#include <string.h>

#include "viewer/check/rule.h"
#include "viewer/scene/words.h"

/* A write is held up by its reader, who may only be slow: that takes longer to be a mistake. */
enum { LONG_NS = 100000000, LONG_WRITE_NS = 1000000000, CALLS_BEHIND = 64 };

struct lists {
	struct thread_calls waits;
	struct thread_calls served; /* what other clients could have been waiting for */
};

/* With MSG_WAITALL what it waited for may be but the last of what it got. */
static bool got_more_meanwhile(const struct event *e)
{
	const char *flags = event_arg_text(e, "flags");

	if (!flags || !strstr(flags, "MSG_WAITALL") || !e->conn)
		return false;
	for (size_t i = e->conn->events.count; i-- > 0;) {
		const struct event *w = e->conn->events.items[i];

		if (w->side != e->side && event_is_write(w) && w->ret > 0 && event_end_ns(w) >= e->t_ns &&
		    w->t_ns < event_end_ns(e))
			return true;
	}
	return false;
}

/* It did not only take long because the machine was busy: what it waited for was not there when it began. */
static bool has_waited(const struct event *e)
{
	if (e->kind != EVENT_CALL || !e->socket)
		return false;
	if (event_is_write(e))
		return e->dt_ns >= LONG_WRITE_NS;
	if (e->dt_ns < LONG_NS)
		return false;
	return e->call == CALL_connect || (e->cause && event_end_ns(e->cause) >= e->t_ns) || got_more_meanwhile(e);
}

/* More than one descriptor: who waits for one only limits how long. */
static bool watches_many(const struct event *wait)
{
	static const char *const names[] = {"readfds", "writefds", "exceptfds"};
	unsigned sets = 0;
	int64_t count;

	if (wait->call == CALL_poll || wait->call == CALL_ppoll)
		return !event_arg_int(wait, "nfds", &count) || count > 1;
	if (wait->call != CALL_select && wait->call != CALL_pselect)
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *set = event_arg_text(wait, names[i]);

		if (set && strchr(set, ','))
			return true;
		sets += set && strpbrk(set, "0123456789");
	}
	return sets > 1;
}

/* The listener that the call's connection came from, or is to come from; -1: there is none. */
static int listener_of(const struct event *e)
{
	const struct event *accept = event_is_accept(e) ? e : e->socket->made;

	return accept && event_is_accept(accept) ? accept->fd : -1;
}

/* Whether a wait for one descriptor is for that one. */
static bool watches_only(const struct event *wait, int fd)
{
	char polled[32], selected[32];

	snprintf(polled, sizeof polled, "{\"fd\":%d,", fd);
	snprintf(selected, sizeof selected, "[%d]", fd);
	return wait->args_at && (memmem(event_args(wait), wait->args_len, polled, strlen(polled)) ||
				 memmem(event_args(wait), wait->args_len, selected, strlen(selected)));
}

/* The thread's own loop: it waited before this call and does so again behind it, for many, or for whoever comes next. */
static bool is_in_loop(struct thread_calls waits, const struct event *e)
{
	const struct event *first = rule_thread_first(waits, e, 0);
	int listener = listener_of(e);

	if (!first || first->t_ns >= e->t_ns || !rule_thread_next(waits, e))
		return false;
	while (first && !watches_many(first) && !watches_only(first, listener))
		first = rule_thread_next(waits, first);
	return first;
}

/* The first call behind it of the same thread that found what another client had done long before this one returned. */
static const struct event *held_up(struct thread_calls served, const struct event *e)
{
	const struct event *r = rule_thread_next(served, e);

	for (unsigned i = 0; r && i < CALLS_BEHIND; i++, r = rule_thread_next(served, r))
		if (r->socket != e->socket && r->conn && r->conn != e->conn && conn_cause_is_dated(r) &&
		    event_end_ns(r->cause) + LONG_NS < event_end_ns(e))
			return r;
	return NULL;
}

static uint64_t held_up_ns(const struct event *e, const struct event *late)
{
	uint64_t since = event_end_ns(late->cause) > e->t_ns ? event_end_ns(late->cause) : e->t_ns;

	return event_end_ns(e) - since;
}

static const char *cure(const struct event *e)
{
	if (event_is_accept(e))
		return "Accept only when select, poll or epoll_wait has said that somebody is there.";
	if (e->call == CALL_connect)
		return "Connect with SOCK_NONBLOCK, and let the loop wait until it is writable.";
	if (event_is_write(e))
		return "Write with O_NONBLOCK; keep what is left over until the loop says writable.";
	return "Read only what select, poll or epoll_wait has said to be ready.";
}

static void check_calls(struct inspection *in, const struct lists *l, struct calls calls)
{
	for (size_t i = 0; i < calls.count; i++) {
		const struct event *e = calls.items[i], *late;
		struct finding *f;

		if (!has_waited(e) || !is_in_loop(l->waits, e))
			continue;
		late = held_up(l->served, e);
		if (!late || !rule_saw_all(in, e->proc))
			continue;
		f = rule_report(in, GRADE_PROBABLE, e,
				rule_say(in, "while %s waited for descriptor %d, c%u waited %s", event_call_name(e),
					 e->fd, late->conn->id, words_duration(in->t->arena, held_up_ns(e, late))),
				cure(e));
		if (f->times == 1)
			f->conn = e->conn;
	}
}

static void check(struct inspection *in)
{
	static const enum call_id served[] = {CALL_read,    CALL_readv,  CALL_recv,    CALL_recvfrom,
					      CALL_recvmsg, CALL_accept, CALL_accept4, CALL_UNKNOWN};
	struct lists l = {rule_calls_by_thread(in, rule_waits), rule_calls_by_thread(in, served)};

	check_calls(in, &l, rule_calls_of(in, served));
	check_calls(in, &l, rule_calls(in, CALL_connect));
	check_calls(in, &l, rule_calls_of(in, rule_writes));
}

const struct rule st025_loop_blocked = {
	.id = "ST025-loop-blocked",
	.title = "blocks its event loop",
	.grade = GRADE_PROBABLE,
	.check = check,
};
